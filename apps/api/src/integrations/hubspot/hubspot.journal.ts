import {
  UpstreamError,
  isObject,
  optional,
  readArray,
  readObject,
  readString,
  type JsonObject,
} from '@causeway/http-client';
import { nullIfGone } from '../gone-item.js';
import type { AppApi, JournalEntry, JournalPlace, ProviderJournal } from '../integration.js';
import type { ChangedItem, ProviderEvent } from '../provider-webhook.js';
import { changed, deleted, idOf, typeOf } from './hubspot.changed-records.js';
import { APP_UNINSTALLED, JOURNAL_VERSION, subscribe } from './hubspot.journal-subscriptions.js';

/** Longer than any offset, which is a UUID. */
const MAX_OFFSET = 200;

const ASKED_FOR = new Set(['CREATE', 'UPDATE', 'RESTORE', 'ASSOCIATION_ADDED', 'ASSOCIATION_REMOVED']);

/** https://developers.hubspot.com/docs/api-reference/latest/webhooks-journal/guide */
export const hubspotJournal: ProviderJournal = {
  async entry(api, place) {
    const entry = await nullIfGone(() => readEntry(api, place));
    // "Fails with a 404 if the offset has expired or doesn't exist" (2027-03-beta). Others have seen it where nothing follows.
    return entry === null && typeof place === 'object' ? 'unknown-offset' : (entry ?? null);
  },

  events(file, { offset }) {
    const { journalEvents, publishedAt } = readObject(file, 'file');
    return readArray(journalEvents, 'journalEvents').flatMap((event, index) =>
      isObject(event) ? [eventOf(event, `${offset}-${index}`, publishedAt)] : [],
    );
  },

  subscribe,
};

/** @returns `undefined`: there is none */
async function readEntry(api: AppApi, place: JournalPlace): Promise<JournalEntry | undefined> {
  const position = typeof place === 'object' ? `offset/${encodeURIComponent(place.after)}/next` : place;
  const { status, body } = await api.request({ path: `/webhooks-journal/journal/${JOURNAL_VERSION}/${position}` });
  // 204 was seen; it is not documented where.
  if (status === 204 || body === undefined || body === '') return undefined;
  const entry = readObject(body, 'entry');
  const offset = readString(entry['currentOffset'], 'currentOffset');
  if (offset.length > MAX_OFFSET) throw new UpstreamError('malformed', { note: '"currentOffset" is too long.' });
  return { offset, fileUrl: readString(entry['url'], 'url') };
}

/**
 * `type` is `crmObject` or `app_lifecycle_event`, as seen in journals; how other events call themselves is not documented, so that the
 * action says what has happened.
 */
function eventOf(event: JsonObject, id: string, publishedAt: unknown): ProviderEvent {
  const type = optional.string(event['type']) ?? '';
  const action = (optional.string(event['action']) ?? '').toUpperCase();
  const occurredAt = optional.time(event['occurredAt']) ?? optional.time(publishedAt);
  const hasEnded = action === 'APP_UNINSTALL' || event['eventTypeId'] === APP_UNINSTALLED;
  return {
    id,
    type: action === '' ? type : action,
    for: { accounts: idOf(event['portalId']) },
    ...(occurredAt !== null && { occurredAt: Date.parse(occurredAt) }),
    ...(hasEnded && { ended: 'all' as const }),
    items: itemsOf(action === 'DELETE' && /gdpr|privacy/i.test(type) ? 'GDPR_DELETE' : action, event),
    content: event,
  };
}

function itemsOf(action: string, event: JsonObject): ChangedItem[] {
  const type = typeOf('', event['objectTypeId']);
  const ids = idOf(event['objectId']);
  if (ASKED_FOR.has(action)) return [...changed(type, ids), ...associated(event)];
  if (action === 'DELETE') return changed(type, ids, { wasDeleted: true });
  // It is gone for good, so that nobody keeps data of that person.
  if (action === 'GDPR_DELETE') return deleted(type, ids);
  return action === 'MERGE' ? merged(type, ids, event) : [];
}

/** Which member has the record that remains is not documented: all are asked for, and the API gives no record that is gone by its own id. */
function merged(type: string | null | undefined, ids: readonly string[], event: JsonObject): ChangedItem[] {
  const remaining = new Set([event['newObjectId'], event['primaryObjectId']].flatMap(idOf));
  const others = new Set([...ids, ...optional.array(event['mergedObjectIds']).flatMap(idOf)]);
  return [
    ...changed(type, [...remaining]),
    ...changed(
      type,
      [...others].filter((id) => !remaining.has(id)),
      { wasDeleted: true },
    ),
  ];
}

function associated(event: JsonObject): ChangedItem[] {
  return changed(typeOf('', event['associatedObjectTypeId']), idOf(event['associatedObjectId']));
}
