import { type MockResponse, json } from '../core/response.js';
import { queryParameter, type MockRequest } from '../core/request.js';
import { flag, integer } from '../core/fields.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { range } from '../data/paging.js';
import { invalid, missingScopes, unknownObject } from './errors.js';
import { objectType, OBJECT_TYPES } from './object-types.js';
import { Records } from './records.js';

export function recordsOf(request: MockRequest, session: AuthorizedSession): Records {
  const type = objectType(request.params['type']);
  if (!type) throw invalid(`Unable to infer object type from: ${request.params['type']}`);
  if (!session.scopes.has(type.scope)) throw missingScopes(type.scope);
  return new Records(session, type);
}

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
  const [from, total] = flag(queryParameter(request, 'archived'))
    ? [records.live, records.archived]
    : [0, records.live];
  const part = request.cut(total, Math.max(0, records.indexFrom(after) - from), limit);
  const shown = records.shown(names(request, 'properties'));
  const associations = names(request, 'associations');
  const results = range(part, (at) => ({
    ...records.record(from + at, shown),
    ...associated(records, from + at, associations),
  }));
  if (part.next === undefined) return json(200, { results });
  const next = nextAfter(records, from, part.next, part.to);
  return json(200, { results, paging: { next: { after: next, link: linkTo(request, next) } } });
}

/** One more than the last id of the page, as recorded; a page that was made to repeat starts at its own first id. */
function nextAfter(records: Records, from: number, next: number, to: number): string {
  return String(next === to && next > 0 ? records.id(from + next - 1) + 1 : records.id(from + next));
}

function linkTo(request: MockRequest, after: string): string {
  const others = Object.entries(request.query).filter(([name]) => name !== 'after');
  const pairs = others.flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
  return `${request.baseUrl}${request.path}?${new URLSearchParams([...pairs, ['after', after]]).toString()}`;
}

/** Contacts, deals and tickets belong to a company. */
function associated(records: Records, index: number, asked: readonly string[]): object {
  const companies = OBJECT_TYPES.find(({ name }) => name === 'companies');
  if (!companies || !asked.includes('companies') || records.type === companies) return {};
  const owners = new Records(records.session, companies);
  if (owners.live === 0) return {};
  const singular = records.type.name.slice(0, -1);
  const results = [{ id: String(owners.id(index % owners.live)), type: `${singular}_to_company` }];
  return { associations: { companies: { results } } };
}

/** GET /crm/objects/{version}/{type}/{id} */
export function getObject(request: MockRequest, session: AuthorizedSession): MockResponse {
  const records = recordsOf(request, session);
  const index = records.find(request.params['id']);
  const archived = flag(queryParameter(request, 'archived'));
  if (index === undefined || index >= records.live !== archived) return unknownObject();
  return json(200, records.record(index, records.shown(names(request, 'properties'))));
}
