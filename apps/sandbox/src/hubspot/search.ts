import { type MockResponse, json } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { fields, type Fields, integer, list, strings, text } from '../core/fields.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import type { Members } from '../core/members.js';
import { range } from '../data/paging.js';
import { invalid } from './errors.js';
import { recordsOf } from './requested-records.js';
import type { Records } from './records.js';

const CAP = 10_000;

type Test = (index: number) => boolean;

/** POST /crm/objects/{version}/{type}/search. Archived records are never found; nothing beyond the 10,000th is given. */
export function searchObjects(request: MockRequest, session: AuthorizedSession): MockResponse {
  const records = recordsOf(request, session);
  const limit = integer(request.body['limit']) ?? 10;
  const start = integer(request.body['after']) ?? 0;
  if (!(limit >= 1 && limit <= 200)) throw invalid('Invalid limit: must be between 1 and 200');
  if (!(start >= 0)) throw invalid('Invalid after: not a paging cursor');
  if (start + limit > CAP)
    throw invalid(`The maximum number of results is ${CAP}: after=${start} and limit=${limit} go beyond it`);
  const found = matching(records, request.body);
  const part = request.cut(found.total, start, limit);
  const shown = records.shown(strings(request.body['properties']));
  // The index of a search lags behind: a record may stand before others that come first.
  const isMisordered = (session.sizes['misorderedSearch'] ?? 0) > 0;
  const at = (position: number) =>
    isMisordered && position === part.to - 1 && position + 2 < found.total ? position + 2 : position;
  const results = range(part, (position) => records.record(found.at(at(position)), shown));
  const paging = part.next === undefined ? {} : { paging: { next: { after: String(part.next) } } };
  return json(200, { total: found.total, results, ...paging });
}

/** Which records match, in the order asked for. A search on hs_object_id alone is a range and needs no walking. */
function matching(records: Records, body: Fields): { total: number; at(position: number): number } {
  const groups = list(body['filterGroups']).map((group) => list(fields(group)['filters']).map(fields));
  const query = text(body['query'])?.toLowerCase();
  const all = groups.flat();
  if (groups.length > 5 || groups.some((group) => group.length > 6) || all.length > 18) {
    throw invalid('A search takes at most 5 filter groups of 6 filters, and 18 filters in all');
  }
  const sort = readSort(body);
  const only = groups.length === 1 ? groups[0] : undefined;
  const members = records.liveMembers();
  const [low, high] = only ? idRange(records, members, only) : [0, members.length];
  const rest = only ? only.filter((filter) => !isIdBound(filter)) : [];
  const needsWalk = groups.length > 1 || rest.length > 0 || query !== undefined || sort.property !== 'hs_object_id';
  if (!needsWalk)
    return {
      total: high - low,
      at: (position) => members.at(sort.descending ? high - 1 - position : low + position),
    };
  const tests = (only ? [rest] : groups).map((group) => group.map((filter) => testOf(records, filter)));
  const kept: number[] = [];
  for (let position = low; position < high; position++) {
    const index = members.at(position);
    const passes = tests.length === 0 || tests.some((group) => group.every((test) => test(index)));
    if (passes && (query === undefined || mentions(records, index, query))) kept.push(index);
  }
  if (sort.property !== 'hs_object_id') {
    const keys = new Map(kept.map((index) => [index, records.property(index, sort.property) ?? '']));
    kept.sort((a, b) => compare(keys.get(a) ?? '', keys.get(b) ?? '') || a - b);
  }
  if (sort.descending) kept.reverse();
  return { total: kept.length, at: (position) => kept[position] ?? 0 };
}

function readSort(body: Fields): { property: string; descending: boolean } {
  const sorts = list(body['sorts']);
  if (sorts.length > 1) throw invalid('A search takes one sort');
  if (typeof sorts[0] === 'string')
    return { property: sorts[0].replace(/^-/, ''), descending: sorts[0].startsWith('-') };
  const { propertyName, direction } = fields(sorts[0]);
  return { property: text(propertyName) ?? 'hs_object_id', descending: direction === 'DESCENDING' };
}

const isIdBound = ({ propertyName, operator }: Fields) =>
  propertyName === 'hs_object_id' && ['GT', 'GTE', 'LT', 'LTE', 'EQ'].includes(String(operator));

/** Positions of the members whose ids are within the bounds. */
function idRange(records: Records, members: Members, filters: readonly Fields[]): [number, number] {
  const positionFrom = (id: number) => members.countBelow(records.indexFrom(id));
  let [low, high] = [0, members.length];
  for (const { operator, value } of filters.filter(isIdBound)) {
    const id = Number(value);
    if (operator === 'GT' || operator === 'GTE' || operator === 'EQ')
      low = Math.max(low, positionFrom(operator === 'GT' ? id + 1 : id));
    if (operator === 'LT' || operator === 'LTE' || operator === 'EQ')
      high = Math.min(high, positionFrom(operator === 'LT' ? id : id + 1));
  }
  return [Math.min(low, high), high];
}

function testOf(records: Records, { propertyName, operator, value, values, highValue }: Fields): Test {
  const name = text(propertyName);
  if (name === undefined) throw invalid('propertyName is required in a filter');
  const property = (index: number) => records.property(index, name);
  const wantedTime = Number(value) || Date.parse(String(value));
  const against = (wanted: unknown, test: (order: number) => boolean): Test => {
    return (index) => {
      // Times are compared as numbers: a walk over a million records must not write a million dates.
      const time = records.time(index, name);
      if (time !== undefined) return test(time - wantedTime);
      const held = property(index);
      return held !== null && test(compare(held, String(wanted)));
    };
  };
  switch (operator) {
    case 'EQ':
      return against(value, (order) => order === 0);
    case 'NEQ':
      return (index) => compare(property(index) ?? '', String(value)) !== 0;
    case 'GT':
      return against(value, (order) => order > 0);
    case 'GTE':
      return against(value, (order) => order >= 0);
    case 'LT':
      return against(value, (order) => order < 0);
    case 'LTE':
      return against(value, (order) => order <= 0);
    case 'BETWEEN':
      return (index) => {
        const held = property(index);
        return held !== null && compare(held, String(value)) >= 0 && compare(held, String(highValue)) <= 0;
      };
    case 'IN':
      return (index) => strings(values).includes(property(index) ?? '');
    case 'HAS_PROPERTY':
      return (index) => property(index) !== null;
    case 'NOT_HAS_PROPERTY':
      return (index) => property(index) === null;
    default:
      throw invalid(`Unknown operator: ${String(operator)}`);
  }
}

/** Numbers by value, times by the moment (milliseconds or ISO 8601), everything else as text. */
function compare(held: string, wanted: string): number {
  const isTime = /^\d{4}-\d\d-\d\dT/.test(held);
  const [a, b] = isTime ? [Date.parse(held), Number(wanted) || Date.parse(wanted)] : [Number(held), Number(wanted)];
  if (held !== '' && wanted !== '' && !Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  return held < wanted ? -1 : Number(held > wanted);
}

const mentions = (records: Records, index: number, query: string) =>
  records.type.defaults.some((name) => records.property(index, name)?.toLowerCase().includes(query));
