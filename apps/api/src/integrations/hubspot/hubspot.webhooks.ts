import { isObject, optional, parseJson, type JsonObject } from '@causeway/http-client';
import {
  REJECTED,
  without,
  type ChangedItem,
  type ProviderEvent,
  type ReceivedWebhook,
  type WebhookRequest,
} from '../provider-webhook.js';
import { hmac, isRecent, isSignature } from '../webhook-signature.js';
import { changed, deleted, idOf, typeOf } from './hubspot.changed-records.js';

/** Escapes in the address that HubSpot decodes before it signs. It signs all others as they are. */
const DECODED = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;
const ASKED_FOR = new Set(['creation', 'propertyChange', 'restore']);

/** https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation, version 3. */
export function receiveHubSpotWebhook({ url, headers, body, receivedAt, secret }: WebhookRequest): ReceivedWebhook {
  const time = headers['x-hubspot-request-timestamp'];
  if (!secret || !isRecent(time, 1, receivedAt)) return REJECTED;
  const signed = [`POST${url.replace(DECODED, decodeURIComponent)}`, body, time];
  if (!isSignature(headers['x-hubspot-signature-v3'], hmac(secret, signed, 'base64'))) return REJECTED;
  const payload = parseJson(body);
  const entries = Array.isArray(payload) ? payload : [payload];
  return { kind: 'events', events: entries.filter(isObject).flatMap(eventsOf) };
}

function eventsOf(entry: JsonObject): ProviderEvent[] {
  // The documentation has both names.
  const type = optional.string(entry['subscriptionType']) ?? optional.string(entry['eventType']);
  if (type === null) return [];
  const { eventId, subscriptionId, objectId, occurredAt, portalId } = entry;
  return [
    {
      // `eventId` alone is not unique.
      id: [eventId, subscriptionId, objectId, occurredAt].map((part) => idOf(part).join()).join('-'),
      type,
      for: { accounts: idOf(portalId) },
      items: itemsOf(type, entry),
      // All else is the same each time that HubSpot sends it.
      content: without(entry, 'attemptNumber'),
    },
  ];
}

/** `contact.creation`, or `object.creation` with the type in a member of its own. */
function itemsOf(subscription: string, entry: JsonObject): ChangedItem[] {
  const [object = '', action = ''] = subscription.split('.');
  const type = typeOf(object, entry['objectTypeId']);
  if (ASKED_FOR.has(action)) return changed(type, idOf(entry['objectId']));
  // To delete a record is to archive it: for 90 days it can still be read by its id, as an item without `visibility`.
  if (action === 'deletion') return changed(type, idOf(entry['objectId']), { wasDeleted: true });
  // It is gone for good, so that nobody keeps data of that person.
  if (action === 'privacyDeletion') return deleted(type, idOf(entry['objectId']));
  if (action === 'merge') return merged(type, entry);
  return action === 'associationChange' ? associated(object, entry) : [];
}

/** The records of a merge become one of them, or a new one. The API gives that one also for the ids of the others. */
function merged(type: string | null | undefined, entry: JsonObject): ChangedItem[] {
  const { newObjectId, primaryObjectId, mergedObjectIds } = entry;
  const remaining = new Set([newObjectId, primaryObjectId].flatMap(idOf));
  const others = new Set(optional.array(mergedObjectIds).flatMap(idOf));
  return [
    ...changed(type, [...remaining]),
    ...deleted(
      type,
      [...others].filter((id) => !remaining.has(id)),
    ),
  ];
}

/** `associationType` is like `CONTACT_TO_COMPANY`; a custom object has only the ids of the types. */
function associated(object: string, entry: JsonObject): ChangedItem[] {
  const [from, to] = optional.string(entry['associationType'])?.toLowerCase().split('_to_') ?? [];
  return [
    ...changed(typeOf(from ?? object, entry['fromObjectTypeId']), idOf(entry['fromObjectId'])),
    ...changed(typeOf(to ?? '', entry['toObjectTypeId']), idOf(entry['toObjectId'])),
  ];
}
