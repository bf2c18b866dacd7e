import { json } from '../core/response.js';
import { queryParameter } from '../core/request.js';
import { flag, integer } from '../core/fields.js';
import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import type { AccountData } from '../core/account.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { hash } from '../data/hash.js';
import { iso, scattered } from '../data/timestamps.js';
import { range } from '../data/paging.js';
import { person } from '../data/words.js';
import { invalid, missingScopes, unknownObject } from './errors.js';

export const ownerId = ({ seed }: AccountData, index: number): string =>
  String(70_000_000 + (hash(`${seed}/owner`) % 9000) * 1000 + index);

const ownerCount = (session: AuthorizedSession, archived: boolean) => (archived ? 1 : (session.sizes['owners'] ?? 0));

function owner(session: AuthorizedSession, index: number, archived: boolean): object {
  const at = archived ? index + (session.sizes['owners'] ?? 0) : index;
  const { first, last, email } = person(`${session.seed}/owners`, at);
  const { created, modified } = scattered(`${session.seed}/owners`, at);
  return {
    id: ownerId(session, at),
    // An invited person who never signed in has an address and nothing else.
    ...(at % 5 === 4 ? { email } : { email, firstName: first, lastName: last }),
    type: 'PERSON',
    userId: archived ? null : 40_000_000 + at,
    userIdIncludingInactive: 40_000_000 + at,
    createdAt: iso(created),
    updatedAt: iso(modified),
    archived,
  };
}

/** GET /crm/owners/{version}: 100 a page unless told otherwise, 500 at most. */
export function listOwners(request: MockRequest, session: AuthorizedSession): MockResponse {
  if (!session.scopes.has('crm.objects.owners.read')) throw missingScopes('crm.objects.owners.read');
  const limit = integer(queryParameter(request, 'limit')) ?? 100;
  if (!(limit >= 1 && limit <= 500)) throw invalid('limit must be between 1 and 500');
  const archived = flag(queryParameter(request, 'archived'));
  const email = queryParameter(request, 'email');
  if (email !== undefined) {
    const all = range({ from: 0, to: ownerCount(session, archived) }, (index) => owner(session, index, archived));
    return json(200, { results: all.filter((one) => 'email' in one && one.email === email) });
  }
  const start = integer(queryParameter(request, 'after')) ?? 0;
  if (!(start >= 0)) throw invalid('after is not valid');
  const part = request.cut(ownerCount(session, archived), start, limit);
  const results = range(part, (index) => owner(session, index, archived));
  if (part.next === undefined) return json(200, { results });
  const link = `${request.baseUrl}${request.path}?limit=${limit}&after=${part.next}`;
  return json(200, { results, paging: { next: { after: String(part.next), link } } });
}

/** GET /crm/owners/{version}/{id} */
export function getOwner(request: MockRequest, session: AuthorizedSession): MockResponse {
  if (!session.scopes.has('crm.objects.owners.read')) throw missingScopes('crm.objects.owners.read');
  const archived = flag(queryParameter(request, 'archived'));
  const first = archived ? (session.sizes['owners'] ?? 0) : 0;
  const index = Number(request.params['id']) - Number(ownerId(session, first));
  if (!(index >= 0 && index < ownerCount(session, archived))) return unknownObject();
  return json(200, owner(session, index, archived));
}
