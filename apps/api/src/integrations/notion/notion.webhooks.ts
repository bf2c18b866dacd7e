import { optional, parseJson, type JsonObject } from '@causeway/http-client';
import {
  REJECTED,
  contentId,
  without,
  type ChangedItem,
  type ProviderEvent,
  type ReceivedWebhook,
  type WebhookRequest,
} from '../provider-webhook.js';
import { hmac, isSignature } from '../webhook-signature.js';

/** By the type of the event's entity, or of what it is in. */
const ITEM_TYPES = new Map([
  ['page', 'page'],
  ['database', 'database'],
  ['data_source', 'data-source'],
]);

/** A token is shown to an operator before anybody can tell whether it comes from Notion. */
const TOKEN = /^[\x21-\x7e]{1,200}$/;
const MAX_TOKEN_BODY = 1_000;

/** https://developers.notion.com/reference/webhooks. The signature has no time: repeated requests are known by the event's id. */
export function receiveNotionWebhook({ headers, body, secret }: WebhookRequest): ReceivedWebhook {
  const token = verificationToken(body);
  if (token !== null) return { kind: 'handshake', response: null, token };
  if (!secret) return REJECTED;
  if (!isSignature(headers['x-notion-signature'], `sha256=${hmac(secret, [body], 'hex')}`)) return REJECTED;
  return { kind: 'events', events: eventsOf(optional.object(parseJson(body)), body) };
}

/** The first request to a new webhook URL is not signed: it has what signs the others, and nothing else. */
function verificationToken(body: Buffer): string | null {
  if (body.length > MAX_TOKEN_BODY) return null;
  const { verification_token: token, ...others } = optional.object(parseJson(body));
  return typeof token === 'string' && TOKEN.test(token) && Object.keys(others).length === 0 ? token : null;
}

function eventsOf(payload: JsonObject, body: Buffer): ProviderEvent[] {
  const type = optional.string(payload['type']);
  if (type === null) return [];
  // Of whoever authorized the app and may see the entity. Not given for an app of one workspace only.
  const bots = optional
    .array(payload['accessible_by'])
    .map(optional.object)
    .filter((one) => one['type'] === 'bot');
  const grants = bots.flatMap((bot) => uuid(bot['id']) ?? []);
  return [
    {
      id: optional.string(payload['id']) ?? contentId(body),
      type,
      for: {
        accounts: [uuid(payload['workspace_id'])].filter((id) => id !== null),
        ...(grants.length > 0 && { grants }),
      },
      items: itemsOf(payload, type.endsWith('.deleted')),
      // All else is the same each time that Notion sends it.
      content: without(payload, 'attempt_number'),
    },
  ];
}

/**
 * What is deleted is in the trash, and still given with `in_trash` unless the grant cannot read it any more: it is asked for like what was
 * changed or moved.
 */
function itemsOf({ entity, data }: JsonObject, wasDeleted: boolean): ChangedItem[] {
  const changed = optional.object(entity);
  const { parent } = optional.object(data);
  // A database names its data sources.
  const isNamedByParent = changed['type'] === 'data_source' && optional.object(parent)['type'] === 'database';
  return [changed, ...(isNamedByParent ? [optional.object(parent)] : [])].flatMap((object) => {
    const type = ITEM_TYPES.get(String(object['type']));
    const id = uuid(object['id']);
    if (type === undefined || id === null) return [];
    const isEntity = object === changed;
    return { type, id, driveId: null, parentId: null, isDeleted: false, ...(isEntity && wasDeleted && { wasDeleted }) };
  });
}

/** With dashes, as the API gives ids; it takes them without, too. */
function uuid(value: unknown): string | null {
  const id = optional.string(value);
  const digits = id?.replaceAll('-', '').toLowerCase() ?? '';
  if (!/^[0-9a-f]{32}$/.test(digits)) return id;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
