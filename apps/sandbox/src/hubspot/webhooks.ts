import { createHash, createHmac, randomInt } from 'node:crypto';
import type { Edit } from '../core/edits.js';
import { hash } from '../data/hash.js';
import type { ProviderEvent, WebhookRules } from '../webhooks/webhook-rules.js';
import { APP_ID, userOf } from './oauth.js';
import { CUSTOM_TYPES, objectType } from './object-types.js';
import { Records } from './records.js';

const HOUR = 3600;

/** The characters whose escapes in the address are decoded before it is signed. */
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

/** Signatures of developers.hubspot.com, request validation: version 3, and version 1 which webhooks had before. */
export const hubspotWebhooks: WebhookRules = {
  timeoutMs: 5000,
  // Ten retries over 24 hours, with varying delays that are not documented.
  retryDelays: [60, 300, 900, 0.5 * HOUR, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 5 * HOUR, 7 * HOUR],
  batch: 100,
  isDated: true,
  newSecret: ({ clientSecret }) => clientSecret ?? '',
  complete: (event, { data, now }) => ({
    // Not unique, says the documentation.
    eventId: randomInt(2 ** 32),
    subscriptionId: 1_000_000 + (hash(String(event['subscriptionType'])) % 1_000_000),
    portalId: Number(data.account.id),
    appId: APP_ID,
    occurredAt: now,
    attemptNumber: 0,
    changeSource: 'CRM_UI',
    sourceId: `userId:${userOf(data.account.id)}`,
    ...event,
  }),
  body: (events, attempt) => events.map((event) => ({ ...event, attemptNumber: attempt - 1 })),
  headers({ secret, url, body, timestamp }) {
    const uri = url.replace(DECODED, decodeURIComponent);
    return {
      'x-hubspot-signature-v3': createHmac('sha256', secret).update(`POST${uri}${body}${timestamp}`).digest('base64'),
      'x-hubspot-request-timestamp': String(timestamp),
      'x-hubspot-signature': createHash('sha256').update(`${secret}${body}`).digest('hex'),
      'x-hubspot-signature-version': 'v1',
    };
  },
  sample(data, index) {
    const type = objectType('contacts');
    const count = data.sizes['contacts'] ?? 0;
    if (type === undefined || count === 0) return undefined;
    return propertyChange(new Records(data, type), index % count, 'jobtitle', 'Engineer');
  },
};

/** `contact.creation`, and `object.creation` where the type has no name of its own among the events. */
function about({ type, id }: Records, index: number, what: string): ProviderEvent {
  const singular = type.name.replace(/ies$/, 'y').replace(/s$/, '');
  const subject = CUSTOM_TYPES.includes(type) ? 'object' : singular;
  return { subscriptionType: `${subject}.${what}`, objectId: id(index), objectTypeId: type.typeId };
}

const propertyChange = (records: Records, index: number, propertyName: string, propertyValue: string | null) => ({
  ...about(records, index, 'propertyChange'),
  propertyName,
  propertyValue: propertyValue ?? '',
});

interface RecordChange {
  isCreated?: boolean;
  wasArchived?: boolean;
  change: Pick<Partial<Edit>, 'archived' | 'deleted' | 'properties'>;
}

/** What is sent after a change of a record. */
export function recordEvents(
  records: Records,
  index: number,
  { isCreated = false, wasArchived = false, change }: RecordChange,
): ProviderEvent[] {
  const one = (what: string, changeFlag?: string) => ({
    ...about(records, index, what),
    ...(changeFlag === undefined ? {} : { changeFlag }),
  });
  if (change.deleted === true) {
    const deletion = wasArchived ? [] : [one('deletion', 'DELETED')];
    // Contacts alone have a deletion for privacy, and it comes in addition to the other event.
    return records.type.name === 'contacts' ? [one('privacyDeletion'), ...deletion] : deletion;
  }
  const properties = Object.entries(change.properties ?? {});
  const events: ProviderEvent[] = properties.map(([name, value]) => propertyChange(records, index, name, value));
  if (isCreated) events.unshift(one('creation', 'CREATED'));
  if (change.archived === true && !wasArchived) events.push(one('deletion', 'DELETED'));
  if (change.archived === false && wasArchived) events.push(one('restore'));
  const { modified } = records.type;
  return events.length > 0 || change.archived !== undefined
    ? events
    : [propertyChange(records, index, modified, records.property(index, modified))];
}
