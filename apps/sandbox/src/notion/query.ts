import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { fields, type Fields, list } from '../core/fields.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { firstBelow } from '../data/merge.js';
import { range } from '../data/paging.js';
import { invalid, notFound } from './errors.js';
import { checkBody, listing, pageSize, startOf } from './listing.js';
import { page } from './objects.js';
import { dialectOf } from './versions.js';
import { pageRef, Workspace } from './workspace.js';

/** One query gives at most this many rows, then says so in request_status. */
const QUERY_LIMIT = 10_000;

type Stamp = 'created_time' | 'last_edited_time';

/** POST /v1/data_sources/{id}/query: filters and sorts on the two timestamps. Rows lie newest first. */
export function query(request: MockRequest, session: AuthorizedSession): MockResponse {
  checkBody(request, ['sorts', 'filter', 'start_cursor', 'page_size', 'in_trash', 'archived', 'result_type']);
  const workspace = new Workspace(session);
  const source = workspace.findDataSource(request.params['id'] ?? '');
  if (!source) throw notFound('data_source', request.params['id'] ?? '');
  const [low, high] = window(workspace, source.index, request.body['filter']);
  const oldestFirst = fields(list(request.body['sorts'])[0])['direction'] === 'ascending';
  // Only a wiki holds data sources.
  const matching = resultType(request) === 'data_source' ? 0 : Math.max(0, high - low);
  const part = request.cut(Math.min(matching, QUERY_LIMIT), startOf(request, workspace), pageSize(request));
  const rows = range(part, (position) => pageRef(oldestFirst ? high - 1 - position : low + position, source.index));
  const dialect = dialectOf(request);
  const wantTrash = request.body['in_trash'] === true || request.body['archived'] === true;
  const results = rows
    .filter((ref) => workspace.trashed(ref) === wantTrash)
    .map((ref) => page(workspace, ref, dialect));
  return listing(request, workspace, {
    type: 'page_or_data_source',
    results,
    part,
    limitReached: matching > QUERY_LIMIT,
  });
}

function resultType({ body }: MockRequest): 'page' | 'data_source' | undefined {
  const type = body['result_type'];
  if (type === undefined || type === 'page' || type === 'data_source') return type;
  throw invalid('body failed validation: body.result_type should be `"page"` or `"data_source"`.');
}

/** Indexes [low, high) of the rows that pass the filter; times fall with the index, so every bound is a range. */
function window(workspace: Workspace, source: number, filter: unknown): [number, number] {
  let [low, high] = [0, workspace.rowsPerDataSource];
  for (const condition of conditions(filter)) {
    const [from, to] = bounds(workspace, source, condition);
    [low, high] = [Math.max(low, from), Math.min(high, to)];
  }
  return [low, high];
}

function conditions(filter: unknown): Fields[] {
  if (filter === undefined || filter === null) return [];
  const condition = fields(filter);
  if ('and' in condition) return list(condition['and']).flatMap(conditions);
  if ('timestamp' in condition) return [condition];
  throw invalid('body failed validation: the sandbox filters by timestamp and `and` only.');
}

function bounds(workspace: Workspace, source: number, condition: Fields): [number, number] {
  const stamp: Stamp = condition['timestamp'] === 'created_time' ? 'created_time' : 'last_edited_time';
  const rows = {
    length: workspace.rowsPerDataSource,
    time: (index: number) => {
      const { created, modified } = workspace.moments(pageRef(index, source));
      return stamp === 'created_time' ? created : modified;
    },
  };
  const [operator, value] = Object.entries(fields(condition[stamp]))[0] ?? [];
  const time = Date.parse(String(value));
  if (Number.isNaN(time)) throw invalid(`body failed validation: body.filter.${stamp} should be a date.`);
  switch (operator) {
    case 'on_or_after':
      return [0, firstBelow(rows, time)];
    case 'after':
      return [0, firstBelow(rows, time, true)];
    case 'on_or_before':
      return [firstBelow(rows, time, true), rows.length];
    case 'before':
      return [firstBelow(rows, time), rows.length];
    case 'equals':
      return [firstBelow(rows, time, true), firstBelow(rows, time)];
    default:
      throw invalid(`body failed validation: body.filter.${stamp}.${operator} is not known.`);
  }
}
