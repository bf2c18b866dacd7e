import { type MockResponse, json } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { fields, list, text } from '../core/fields.js';
import { pick } from '../data/hash.js';
import { iso } from '../data/timestamps.js';
import type { Records } from './records.js';
import { recordsOf, recordsOfType } from './requested-records.js';

/** Ids that stand in one response for one record; the rest has pages of its own. */
const PER_RECORD = 100;

/** Contacts, deals, tickets and boats belong to a company, and to a contact where they are none. */
function associatedIds({ data, type, edits }: Records, index: number, to: Records): string[] {
  const added = edits.of(index)?.associated[to.type.name] ?? [];
  const isSingle = to.type.name === 'companies' || to.type.name === 'contacts';
  if (to.live === 0 || to.type === type || (!isSingle && type.name !== 'companies')) return added;
  const count = data.sizes['associationsPerRecord'] ?? 1;
  const first = pick(to.live, `${data.seed}/${type.name}/${to.type.name}`, index);
  const computed = Array.from({ length: Math.min(count, to.live) }, (_, at) => String(to.id((first + at) % to.live)));
  return [...new Set([...computed, ...added])];
}

const nextPage = (ids: readonly string[], from: number) =>
  ids.length > from + PER_RECORD ? { paging: { next: { after: String(from + PER_RECORD) } } } : {};

const singular = ({ type: { name } }: Records) => name.replace(/ies$/, 'y').replace(/s$/, '');

/** The `associations` of a record in a list. */
export function associationsOf(
  session: AuthorizedSession,
  records: Records,
  index: number,
  asked: readonly string[],
): object {
  const associations: Record<string, object> = {};
  for (const name of asked) {
    const to = recordsOfType(session, name);
    const ids = associatedIds(records, index, to);
    if (ids.length === 0) continue;
    const kind = `${singular(records)}_to_${singular(to)}`;
    associations[to.type.name] = {
      results: ids.slice(0, PER_RECORD).map((id) => ({ id, type: kind })),
      ...nextPage(ids, 0),
    };
  }
  return Object.keys(associations).length === 0 ? {} : { associations };
}

/** POST /crm/associations/{version}/{from}/{to}/batch/read */
export function readAssociations(request: MockRequest, session: AuthorizedSession): MockResponse {
  const from = recordsOf(request, session);
  const to = recordsOfType(session, request.params['to']);
  const results = list(request.body['inputs']).flatMap((input) => {
    const { id, after } = fields(input);
    const index = from.find(text(id));
    const ids = index === undefined ? [] : associatedIds(from, index, to);
    if (ids.length === 0) return [];
    const start = Number(after ?? 0);
    const associationTypes = [{ category: 'HUBSPOT_DEFINED', typeId: 279 }];
    return [
      {
        from: { id: text(id) },
        to: ids.slice(start, start + PER_RECORD).map((toObjectId) => ({ toObjectId, associationTypes })),
        ...nextPage(ids, start),
      },
    ];
  });
  const at = iso(request.now);
  return json(200, { status: 'COMPLETE', results, startedAt: at, completedAt: at });
}
