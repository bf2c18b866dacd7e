import { fields, isObject, text } from '../core/fields.js';
import type { AuthorizedSession, RouteContext } from '../core/mock-provider.js';
import type { MockRequest } from '../core/request.js';
import { json, type MockResponse } from '../core/response.js';
import { iso } from '../data/timestamps.js';
import { invalid, missingScopes, unknownObject } from './errors.js';
import type { Records } from './records.js';
import { recordsOf, recordsOfType } from './requested-records.js';
import type { ProviderEvent } from '../webhooks/webhook-rules.js';
import { recordEvents } from './webhooks.js';

const byApi = (events: readonly ProviderEvent[]) => events.map((event) => ({ ...event, changeSource: 'INTEGRATION' }));

interface Writable {
  records: Records;
  index: number;
}

/** The live record that the path names, for an app that may write it; `undefined`: there is none. */
function writable(request: MockRequest, session: AuthorizedSession): Writable | undefined {
  const records = recordsOf(request, session);
  // `tickets` is one scope for reading and writing.
  const scope = records.type.scope.replace(/\.read$/, '.write');
  if (!session.scopes.has(scope)) throw missingScopes(scope);
  const index = records.find(request.params['id']);
  return index === undefined || records.isArchived(index) ? undefined : { records, index };
}

/** PATCH /crm/objects/{version}/{type}/{id} */
export function updateObject(
  request: MockRequest,
  session: AuthorizedSession,
  { sandbox, mockProvider }: RouteContext,
): MockResponse {
  const found = writable(request, session);
  if (found === undefined) return unknownObject();
  const { records, index } = found;
  if (!isObject(request.body['properties'])) throw invalid('properties is required');
  const given = Object.entries(fields(request.body['properties']));
  const unknown = given.find(([name]) => !(name in records.type.properties));
  if (unknown) throw invalid(`Property "${unknown[0]}" does not exist`);
  const invalidValue = given.find(([, value]) => value !== null && typeof value !== 'string');
  if (invalidValue) throw invalid(`Property "${invalidValue[0]}" has to be a string`);
  // An empty string clears a property.
  const properties = Object.fromEntries(given.map(([name, value]) => [name, text(value) ?? null]));
  records.edits.change(index, { properties, modified: request.now });
  sandbox.publish(mockProvider, session, byApi(recordEvents(records, index, { change: { properties } })));
  return json(200, records.record(index, records.shown(Object.keys(properties))));
}

/** DELETE /crm/objects/{version}/{type}/{id}: moves it to the recycling bin; once more does nothing. */
export function archiveObject(
  request: MockRequest,
  session: AuthorizedSession,
  { sandbox, mockProvider }: RouteContext,
): MockResponse {
  const found = writable(request, session);
  if (found !== undefined) {
    const change = { archived: true };
    found.records.edits.change(found.index, { ...change, modified: request.now });
    sandbox.publish(mockProvider, session, byApi(recordEvents(found.records, found.index, { change })));
  }
  return { status: 204, body: '' };
}

/** PUT /crm/objects/{version}/{type}/{id}/associations/default/{to}/{toId} */
export function associateObjects(request: MockRequest, session: AuthorizedSession): MockResponse {
  const found = writable(request, session);
  const to = recordsOfType(session, request.params['to']);
  const { toId } = request.params;
  const toIndex = to.find(toId);
  if (found === undefined || toId === undefined || toIndex === undefined || to.isArchived(toIndex))
    return unknownObject();
  const { records, index } = found;
  const before = records.edits.of(index)?.associated[to.type.name] ?? [];
  records.edits.change(index, {
    associated: { [to.type.name]: [...new Set([...before, toId])] },
    modified: request.now,
  });
  const associationSpec = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 };
  const at = iso(request.now);
  return json(200, {
    status: 'COMPLETE',
    results: [{ from: { id: String(records.id(index)) }, to: { id: toId }, associationSpec }],
    startedAt: at,
    completedAt: at,
  });
}
