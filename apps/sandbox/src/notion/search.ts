import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { fields, isObject, text } from '../core/fields.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { lengthOf, mergedSlice } from '../data/merge.js';
import { invalid } from './errors.js';
import { checkBody, listing, pageSize, startOf } from './listing.js';
import { dataSource, legacyDatabase, page, titleOf } from './objects.js';
import { dialectOf } from './versions.js';
import { Workspace } from './workspace.js';

/**
 * POST /v1/search. Trashed pages, titles that do not match, and the earlier places of edited items drop out after the
 * page is cut, so pages come short.
 */
export function search(request: MockRequest, session: AuthorizedSession): MockResponse {
  checkBody(request, ['query', 'sort', 'filter', 'start_cursor', 'page_size']);
  const workspace = new Workspace(session);
  const dialect = dialectOf(request);
  const filter = fields(request.body['filter']);
  const lists = listsOf(workspace, filter);
  const total = lengthOf(lists);
  const limit = session.sizes['searchLimit'] ?? Infinity;
  const part = request.cut(Math.min(total, limit), startOf(request, workspace), pageSize(request));
  const oldestFirst = direction(request) === 'ascending';
  const found = oldestFirst
    ? mergedSlice(lists, total - part.to, total - part.from).reverse()
    : mergedSlice(lists, part.from, part.to);
  const words = (text(request.body['query']) ?? '').toLowerCase();
  const results = found
    .filter((ref) => ref !== undefined)
    .filter((ref) => workspace.exists(ref) && workspace.trashed(ref) === (filter['in_trash'] === true))
    .filter((ref) => titleOf(workspace, ref).toLowerCase().includes(words))
    .map((ref) => {
      if (ref.kind === 'page') return page(workspace, ref, dialect);
      return (dialect.dataSources ? dataSource : legacyDatabase)(workspace, ref, dialect);
    });
  return listing(request, workspace, {
    type: dialect.dataSources ? 'page_or_data_source' : 'page_or_database',
    results,
    part,
    limitReached: total > limit,
  });
}

function listsOf(workspace: Workspace, filter: Record<string, unknown>) {
  const wanted = filter['value'];
  if (wanted === undefined) return [...workspace.dataSourceLists(), ...workspace.pageLists()];
  if (filter['property'] !== 'object')
    throw invalid('body failed validation: body.filter.property should be `"object"`.');
  // Old versions know `database`; `data_source` was seen to work with them as well.
  if (wanted === 'data_source' || wanted === 'database') return workspace.dataSourceLists();
  if (wanted === 'page') return workspace.pageLists();
  throw invalid('body failed validation: body.filter.value should be `"page"` or `"data_source"`.');
}

function direction(request: MockRequest): 'ascending' | 'descending' {
  const sort = request.body['sort'];
  if (!isObject(sort) || sort['property'] === 'relevance') return 'descending';
  if (sort['timestamp'] !== 'last_edited_time') {
    throw invalid('body failed validation: body.sort.timestamp should be `"last_edited_time"`.');
  }
  return sort['direction'] === 'ascending' ? 'ascending' : 'descending';
}
