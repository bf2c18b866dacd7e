import { type MockResponse, json } from '../core/response.js';
import { queryParameter, type MockRequest } from '../core/request.js';
import { fields, flag, integer, list, strings, text } from '../core/fields.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { range } from '../data/paging.js';
import { iso } from '../data/timestamps.js';
import { invalid, unknownObject } from './errors.js';
import { associationsOf } from './associations.js';
import { recordsOf } from './requested-records.js';

/** `properties=a,b` or the parameter repeated. */
const names = (request: MockRequest, parameter: string): string[] =>
  [request.query[parameter] ?? []]
    .flat()
    .flatMap((value) => value.split(','))
    .filter(Boolean);

/** GET /crm/objects/{version}/{type}: 10 a page unless told otherwise, 100 at most; either live or archived ones. */
export function listObjects(request: MockRequest, session: AuthorizedSession): MockResponse {
  const records = recordsOf(request, session);
  const limit = integer(queryParameter(request, 'limit')) ?? 10;
  if (!(limit >= 1 && limit <= 100)) throw invalid('Invalid limit: must be between 1 and 100');
  const after = integer(queryParameter(request, 'after')) ?? 0;
  if (!(after >= 0)) throw invalid('Invalid after: not a paging cursor');
  const isArchivedList = flag(queryParameter(request, 'archived'));
  const members = isArchivedList ? records.archivedMembers() : records.liveMembers();
  const part = request.cut(members.length, members.countBelow(records.indexFrom(after)), limit);
  const shown = records.shown(names(request, 'properties'));
  const associations = names(request, 'associations');
  const results = range(part, (position) => {
    const index = members.at(position);
    return { ...records.record(index, shown), ...associationsOf(session, records, index, associations) };
  });
  if (part.next === undefined) return json(200, { results });
  // One more than the last id of the page, as recorded; a page that was made to repeat starts at its own first id.
  const isRepeated = part.next !== part.to || part.to === 0;
  const next = String(isRepeated ? records.id(members.at(part.next)) : records.id(members.at(part.to - 1)) + 1);
  return json(200, { results, paging: { next: { after: next, link: linkTo(request, next) } } });
}

function linkTo(request: MockRequest, after: string): string {
  const others = Object.entries(request.query).filter(([name]) => name !== 'after');
  const pairs = others.flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
  return `${request.baseUrl}${request.path}?${new URLSearchParams([...pairs, ['after', after]]).toString()}`;
}

/** GET /crm/objects/{version}/{type}/{id} */
export function getObject(request: MockRequest, session: AuthorizedSession): MockResponse {
  const records = recordsOf(request, session);
  const index = records.find(request.params['id']);
  const archived = flag(queryParameter(request, 'archived'));
  if (index === undefined || records.isArchived(index) !== archived) return unknownObject();
  const record = records.record(index, records.shown(names(request, 'properties')));
  return json(200, { ...record, ...associationsOf(session, records, index, names(request, 'associations')) });
}

const MAX_BATCH = 100;

/** POST /crm/objects/{version}/{type}/batch/read */
export function readBatch(request: MockRequest, session: AuthorizedSession): MockResponse {
  const records = recordsOf(request, session);
  const inputs = list(request.body['inputs']);
  if (inputs.length > MAX_BATCH) throw invalid(`The maximum number of inputs is ${MAX_BATCH}`);
  const shown = records.shown(strings(request.body['properties']));
  const archived = flag(queryParameter(request, 'archived'));
  const results = inputs.flatMap((input) => {
    const index = records.find(text(fields(input)['id']));
    return index === undefined || records.isArchived(index) !== archived ? [] : [records.record(index, shown)];
  });
  const at = iso(request.now);
  return json(200, { status: 'COMPLETE', results, startedAt: at, completedAt: at });
}
