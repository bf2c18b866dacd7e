import { oneOf } from '../data/hash.js';
import { iso } from '../data/timestamps.js';
import { quarter, topic } from '../data/words.js';
import { cells, schema } from './columns.js';
import { richText } from './rich-text.js';
import type { Dialect } from './versions.js';
import { type DataSourceRef, dataSourceRef, type PageRef, pageRef, type Ref, type Workspace } from './workspace.js';

/** JSON of pages, data sources and databases, as in the SDK's PageObjectResponse and its neighbours. */

const TITLE_NAMES = ['Name', 'Task', 'Titel', '名前'] as const;
const titleName = (dataSource: number) => TITLE_NAMES[dataSource % TITLE_NAMES.length] ?? 'Name';

/** One page in 29 has no title: Notion shows "Untitled", the API an empty list. */
export function titleOf(workspace: Workspace, ref: Ref): string {
  const edited = workspace.editOf(ref)?.title;
  if (edited !== undefined) return edited;
  if (ref.kind === 'data_source') return `${topic(`${workspace.seed}/data-source`, ref.index)} tracker`;
  if (ref.index % 29 === 7) return '';
  const key = `${workspace.seed}/page/${ref.dataSource ?? ''}`;
  return `${topic(key, ref.index)} ${quarter(key, ref.index)} #${ref.index + 1}`;
}

export function parentOf(workspace: Workspace, ref: PageRef): Record<string, unknown> {
  const parent = workspace.parentOf(ref);
  if (parent === undefined) return { type: 'workspace', workspace: true };
  if (parent.kind === 'data_source') {
    const database_id = workspace.databaseId(workspace.databaseOf(parent.index));
    return { type: 'data_source_id', data_source_id: workspace.id(parent), database_id };
  }
  const isInBlock = ref.index % 3 === 0 && workspace.blockDepth > 0 && workspace.editOf(ref)?.parent === undefined;
  return isInBlock
    ? { type: 'block_id', block_id: workspace.blockId(ref.index, 1) }
    : { type: 'page_id', page_id: workspace.id(parent) };
}

/** A block around a page: in the next one, and the outermost in a page. */
export function container(workspace: Workspace, at: { page: number; depth: number }): object {
  const { created, modified } = workspace.moments(pageRef(at.page));
  const type = oneOf(['toggle', 'column', 'callout'], `${workspace.seed}/container/${at.page}`, at.depth);
  return {
    object: 'block',
    id: workspace.blockId(at.page, at.depth),
    parent:
      at.depth < workspace.blockDepth
        ? { type: 'block_id', block_id: workspace.blockId(at.page, at.depth + 1) }
        : { type: 'page_id', page_id: workspace.id(pageRef(Math.floor(at.page / 5))) },
    created_time: iso(created),
    last_edited_time: iso(modified),
    has_children: true,
    in_trash: false,
    type,
    [type]: type === 'column' ? {} : { rich_text: [], color: 'default' },
  };
}

function common(workspace: Workspace, ref: Ref, { archived }: Dialect) {
  const { created, modified } = workspace.moments(ref);
  const in_trash = workspace.trashed(ref);
  const id = workspace.id(ref);
  return {
    id,
    created_time: iso(created),
    last_edited_time: iso(modified),
    created_by: { object: 'user', id: workspace.userOf('author', ref.index) },
    last_edited_by: { object: 'user', id: workspace.userOf('editor', ref.index) },
    cover: null,
    icon:
      ref.index % 3 === 0 ? { type: 'emoji', emoji: oneOf(['📌', '🗺️', '☕', '🧭'], workspace.seed, ref.index) } : null,
    ...(archived ? { archived: in_trash } : {}),
    in_trash,
    url: `https://app.notion.com/p/${id.replaceAll('-', '')}`,
    public_url: null,
  };
}

export function page(workspace: Workspace, ref: PageRef, dialect: Dialect): Record<string, unknown> {
  const title = { id: 'title', type: 'title', title: richText(titleOf(workspace, ref)) };
  const dataSourceIndex = workspace.dataSourceOf(ref);
  return {
    object: 'page',
    ...common(workspace, ref, dialect),
    parent: parentOf(workspace, ref),
    is_archived: ref.index % 30 === 17,
    is_locked: ref.index % 50 === 49,
    properties:
      dataSourceIndex === undefined ? { title } : { ...cells(workspace, ref), [titleName(dataSourceIndex)]: title },
  };
}

const titleColumn = (name: string) => ({ id: 'title', name, type: 'title', description: null, title: {} });

function databaseParent(workspace: Workspace, database: number) {
  const parent = workspace.databaseParent(database);
  return parent === undefined
    ? { type: 'workspace', workspace: true }
    : { type: 'page_id', page_id: workspace.id(parent) };
}

export function dataSource(workspace: Workspace, ref: DataSourceRef, dialect: Dialect): Record<string, unknown> {
  const database = workspace.databaseOf(ref.index);
  return {
    object: 'data_source',
    ...common(workspace, ref, dialect),
    title: richText(titleOf(workspace, ref)),
    description: richText(ref.index % 2 ? 'Kept by the whole team' : ''),
    parent: { type: 'database_id', database_id: workspace.databaseId(database) },
    database_parent: databaseParent(workspace, database),
    is_inline: ref.index % 3 === 1,
    properties: { ...schema(ref.index), [titleName(ref.index)]: titleColumn(titleName(ref.index)) },
  };
}

/** Before 2025-09-03 a search found databases, which carried the schema themselves. */
export function legacyDatabase(workspace: Workspace, ref: DataSourceRef, dialect: Dialect): Record<string, unknown> {
  const { database_parent, ...rest } = dataSource(workspace, ref, dialect);
  return {
    ...rest,
    object: 'database',
    id: workspace.databaseId(workspace.databaseOf(ref.index)),
    parent: database_parent,
  };
}

export function database(workspace: Workspace, index: number, dialect: Dialect): Record<string, unknown> {
  const sources = workspace.dataSourcesOf(index).map(dataSourceRef);
  const first = sources[0] ?? dataSourceRef(0);
  const { properties: _schema, database_parent, ...rest } = dataSource(workspace, first, dialect);
  return {
    ...rest,
    object: 'database',
    id: workspace.databaseId(index),
    parent: database_parent,
    is_locked: false,
    data_sources: sources.map((ref) => ({ id: workspace.id(ref), name: titleOf(workspace, ref) })),
  };
}
