import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { fields, type Fields, list } from '../core/fields.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { firstBelow, lengthOf, mergedSlice, type Receding } from '../data/merge.js';
import type { Moments } from '../data/timestamps.js';
import { invalid, notFound } from './errors.js';
import { checkBody, listing, pageSize, startOf } from './listing.js';
import { page } from './objects.js';
import { dialectOf } from './versions.js';
import { type PageRef, pageRef, Workspace } from './workspace.js';

/** One query gives at most this many rows, then says so in request_status. */
const QUERY_LIMIT = 10_000;

type Stamp = 'created_time' | 'last_edited_time';

/** POST /v1/data_sources/{id}/query: filters and sorts on the two timestamps. Rows lie newest first. */
export function query(request: MockRequest, session: AuthorizedSession): MockResponse {
  checkBody(request, ['sorts', 'filter', 'start_cursor', 'page_size', 'in_trash', 'archived', 'result_type']);
  const workspace = new Workspace(session);
  const source = workspace.findDataSource(request.params['id'] ?? '');
  if (!source) throw notFound('data_source', request.params['id'] ?? '');
  const sort = fields(list(request.body['sorts'])[0]);
  const lists = rowLists(workspace, source.index, conditions(request.body['filter']), stampOf(sort['timestamp']));
  // Only a wiki holds data sources.
  const matching = resultType(request) === 'data_source' ? 0 : lengthOf(lists);
  const part = request.cut(Math.min(matching, QUERY_LIMIT), startOf(request, workspace), pageSize(request));
  const rows =
    sort['direction'] === 'ascending'
      ? mergedSlice(lists, matching - part.to, matching - part.from).reverse()
      : mergedSlice(lists, part.from, part.to);
  const dialect = dialectOf(request);
  const wantTrash = request.body['in_trash'] === true || request.body['archived'] === true;
  const results = rows
    .filter((ref) => ref !== undefined)
    .filter((ref) => workspace.exists(ref) && workspace.trashed(ref) === wantTrash)
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

/** The rows that pass the filter: those as computed, where edited ones have left empty places, and the edited ones. */
function rowLists(
  workspace: Workspace,
  source: number,
  filter: readonly Fields[],
  sort: Stamp,
): Receding<PageRef | undefined>[] {
  const time = ({ created, modified }: Moments, stamp: Stamp) => (stamp === 'created_time' ? created : modified);
  const rows = source < workspace.dataSources ? workspace.rowsPerDataSource : 0;
  const computed = (index: number, stamp: Stamp) => time(workspace.computedMoments(pageRef(index, source)), stamp);
  // Times fall with the index, so every condition is a range.
  const ranges = filter.map((condition) => range(condition, rows, computed));
  const low = Math.max(0, ...ranges.map(([from]) => from));
  const high = Math.min(rows, ...ranges.map(([, to]) => to));
  const edited = workspace
    .editedPages()
    .filter((ref) => workspace.dataSourceOf(ref) === source)
    .map((ref) => ({ ref, moments: workspace.moments(ref) }))
    .filter(({ moments }) => filter.every((condition) => isMet(condition, moments, time)))
    .map(({ ref, moments }) => ({ ref, at: time(moments, sort) }))
    .sort((a, b) => b.at - a.at);
  return [
    {
      length: Math.max(0, high - low),
      item(at) {
        const ref = pageRef(low + at, source);
        return workspace.editOf(ref) === undefined ? ref : undefined;
      },
      time: (at) => computed(low + at, sort),
    },
    { length: edited.length, item: (at) => edited[at]?.ref, time: (at) => edited[at]?.at ?? 0 },
  ];
}

function isMet(condition: Fields, moments: Moments, time: (moments: Moments, stamp: Stamp) => number): boolean {
  const [from, to] = range(condition, 1, (_, stamp) => time(moments, stamp));
  return from === 0 && to === 1;
}

function conditions(filter: unknown): Fields[] {
  if (filter === undefined || filter === null) return [];
  const condition = fields(filter);
  if ('and' in condition) return list(condition['and']).flatMap(conditions);
  if ('timestamp' in condition) return [condition];
  throw invalid('body failed validation: the sandbox filters by timestamp and `and` only.');
}

const stampOf = (timestamp: unknown): Stamp => (timestamp === 'created_time' ? 'created_time' : 'last_edited_time');

/** Which of so many rows, newest first, a condition lets through: [from, to). */
function range(condition: Fields, length: number, timeOf: (index: number, stamp: Stamp) => number): [number, number] {
  const stamp = stampOf(condition['timestamp']);
  const rows = { length, time: (index: number) => timeOf(index, stamp) };
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
