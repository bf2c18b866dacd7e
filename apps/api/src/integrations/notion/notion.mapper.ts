import { optional, readString, type JsonObject } from '@causeway/http-client';
import { IntegrationItem, type Account } from '../integration.js';
import { plainText, propertyValues } from './notion.property-values.js';

export function pageToItem(page: JsonObject, account: Account): IntegrationItem {
  const properties = optional.object(page['properties']);
  const { item, parent } = itemOf('page', page, account);
  item.name = titleOf(properties);
  item.properties = propertyValues(properties);
  // Only rows of a data source have properties whose names people choose.
  const isRow = parent.type === 'data-source' || parent.type === 'database';
  if (!isRow) item.properties['parentType'] = parent.type;
  return item;
}

/** Since 2025-09-03 a database is a container of data sources, which hold the rows. */
export function dataSourceToItem(source: JsonObject, account: Account): IntegrationItem {
  const { item, parent } = itemOf('data-source', source, account);
  const database = parentOf(source['database_parent'], account);
  item.name = plainText(source['title']);
  item.directory = true;
  item.properties = {
    description: plainText(source['description']),
    inline: optional.boolean(source['is_inline']),
    columns: Object.keys(optional.object(source['properties'])),
    parentType: parent.type,
    databaseParentId: database.id,
    databaseParentType: database.type,
  };
  return item;
}

export function databaseToItem(database: JsonObject, account: Account): IntegrationItem {
  const { item, parent } = itemOf('database', database, account);
  const sources = optional.array(database['data_sources']).map(optional.object);
  item.name = plainText(database['title']);
  item.directory = true;
  item.children = sources.flatMap(({ id }) => optional.string(id) ?? []);
  item.properties = {
    description: plainText(database['description']),
    inline: optional.boolean(database['is_inline']),
    locked: optional.boolean(database['is_locked']),
    dataSources: sources.map(({ name }) => optional.string(name)),
    parentType: parent.type,
  };
  return item;
}

/** The database that a data source is in, also where it is in another data source, as in a wiki. */
export function databaseIdOf(source: unknown): string | null {
  return optional.string(optional.object(optional.object(source)['parent'])['database_id']);
}

/** Without object spread: for a literal with one, V8 allocates in its old space, 1 kB an item, which is collected late. */
function itemOf(type: string, object: JsonObject, account: Account) {
  const parent = parentOf(object['parent'], account);
  const item = IntegrationItem.of({
    id: readString(object['id'], 'id'),
    type,
    parentId: parent.id,
    parentPathOrName: parent.type === 'workspace' ? account.name : null,
    creationTime: optional.time(object['created_time']),
    lastModifiedTime: optional.time(object['last_edited_time']),
    url: optional.string(object['url']),
    // `archived` before 2026-03-11.
    visibility: (object['in_trash'] ?? object['archived']) !== true && object['is_archived'] !== true,
  });
  return { item, parent };
}

const PARENT_TYPES: Partial<Record<string, string>> = {
  workspace: 'workspace',
  page_id: 'page',
  block_id: 'block',
  database_id: 'database',
  data_source_id: 'data-source',
  agent_id: 'agent',
};

function parentOf(value: unknown, account: Account): { id: string | null; type: string | null } {
  const parent = optional.object(value);
  const kind = optional.string(parent['type']);
  if (kind === null) return { id: null, type: null };
  return {
    id: kind === 'workspace' ? account.id : optional.string(parent[kind]),
    type: Object.hasOwn(PARENT_TYPES, kind) ? (PARENT_TYPES[kind] ?? null) : null,
  };
}

/** The title property has any name; its type says which one it is. */
function titleOf(properties: JsonObject): string | null {
  const title = Object.values(properties).find((property) => optional.object(property)['type'] === 'title');
  return plainText(optional.object(title)['title']);
}
