import { json } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import type { DataRoute, AuthorizedSession } from '../core/mock-provider.js';
import type { RateLimitKey } from '../control/rate-limit.js';
import { range } from '../data/paging.js';
import { uuid } from '../data/ids.js';
import { pick } from '../data/hash.js';
import { iso } from '../data/timestamps.js';
import { person, topic } from '../data/words.js';
import { invalid, notFound, restricted } from './errors.js';
import { listing, pageSize, startOf } from './listing.js';
import { container, database, dataSource, page } from './objects.js';
import { pageProperty } from './page-property.js';
import { query } from './query.js';
import { richText } from './rich-text.js';
import { search } from './search.js';
import { botUser, personUser } from './users.js';
import { dialectOf } from './versions.js';
import { type PageRef, Workspace } from './workspace.js';

const rateLimitKeys = (_: MockRequest, { grant }: AuthorizedSession): RateLimitKey[] => [
  { rule: 'connection', key: grant.id },
];

const data = (method: 'GET' | 'POST', path: string, handle: DataRoute['handle']): DataRoute => ({
  kind: 'data',
  method,
  path,
  rateLimitKeys,
  handle,
});

/** The `:id` of the path, after the check every Notion endpoint makes first. */
function idOf(request: MockRequest, name: string): string {
  const id = request.params['id'] ?? '';
  const isUuid = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(id);
  if (!isUuid) throw invalid(`path failed validation: path.${name} should be a valid uuid, instead was \`"${id}"\`.`);
  return id;
}

function block(workspace: Workspace, parent: PageRef, index: number): object {
  const key = `${workspace.seed}/block/${parent.dataSource}/${parent.index}`;
  const type = index === 0 ? 'heading_2' : 'paragraph';
  const { created, modified } = workspace.moments(parent);
  return {
    object: 'block',
    id: uuid(key, 0, index),
    parent: { type: 'page_id', page_id: workspace.id(parent) },
    created_time: iso(created),
    last_edited_time: iso(modified),
    has_children: false,
    in_trash: false,
    type,
    [type]: { rich_text: richText(topic(key, index)), color: 'default' },
  };
}

export const dataRoutes: readonly DataRoute[] = [
  data('POST', '/v1/search', search),
  data('POST', '/v1/data_sources/:id/query', query),
  data('GET', '/v1/data_sources/:id', (request, session) => {
    const workspace = new Workspace(session);
    const ref = workspace.findDataSource(idOf(request, 'data_source_id'));
    if (!ref) throw notFound('data_source', request.params['id'] ?? '');
    return json(200, dataSource(workspace, ref, dialectOf(request)));
  }),
  data('GET', '/v1/databases/:id', (request, session) => {
    const workspace = new Workspace(session);
    const index = workspace.findDatabase(idOf(request, 'database_id'));
    if (index === undefined) throw notFound('database', request.params['id'] ?? '');
    return json(200, database(workspace, index, dialectOf(request)));
  }),
  data('GET', '/v1/pages/:id', (request, session) => {
    const workspace = new Workspace(session);
    const ref = workspace.findPage(idOf(request, 'page_id'));
    if (!ref) throw notFound('page', request.params['id'] ?? '');
    return json(200, page(workspace, ref, dialectOf(request)));
  }),
  data('GET', '/v1/pages/:id/properties/:property', pageProperty),
  data('GET', '/v1/blocks/:id', (request, session) => {
    const workspace = new Workspace(session);
    const found = workspace.findBlock(idOf(request, 'block_id'));
    if (!found) throw notFound('block', request.params['id'] ?? '');
    return json(200, container(workspace, found));
  }),
  data('GET', '/v1/blocks/:id/children', (request, session) => {
    const workspace = new Workspace(session);
    const parent = workspace.findPage(idOf(request, 'block_id'));
    if (!parent) throw notFound('block', request.params['id'] ?? '');
    const total = session.sizes['blocks'] ?? 3 + pick(9, `${workspace.seed}/blocks`, parent.index);
    const part = request.cut(total, startOf(request, workspace), pageSize(request));
    return listing(request, workspace, {
      type: 'block',
      results: range(part, (index) => block(workspace, parent, index)),
      part,
    });
  }),
  data('GET', '/v1/users', (request, session) => {
    if (session.app.withoutUserInformation) throw restricted();
    const workspace = new Workspace(session);
    const part = request.cut(workspace.users + 1, startOf(request, workspace), pageSize(request));
    const results = range(part, (index) =>
      index === workspace.users ? botUser(session) : personUser(workspace.userId(index), person(workspace.seed, index)),
    );
    return listing(request, workspace, { type: 'user', results, part });
  }),
  data('GET', '/v1/users/me', (_, session) => json(200, botUser(session))),
];
