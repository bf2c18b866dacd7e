import { optional, parseJson } from '@causeway/http-client';
import { REJECTED, contentId, type ReceivedWebhook, type WebhookRequest } from '../provider-webhook.js';
import { hmac, isSignature } from '../webhook-signature.js';

/** Whoever sends a request can name any hook: what is no id of one is not looked for. */
const HOOK_ID = /^ach[0-9A-Za-z]{1,40}$/;

/**
 * https://airtable.com/developers/web/api/webhooks-overview: it only says that there are new payloads. Each hook has a secret of its own.
 * The signature has no time: a request that is sent again only lets the payloads be asked for again.
 */
export async function receiveAirtableWebhook({ headers, body, hook }: WebhookRequest): Promise<ReceivedWebhook> {
  const payload = optional.object(parseJson(body));
  const id = optional.string(optional.object(payload['webhook'])['id']);
  const known = id !== null && HOOK_ID.test(id) ? await hook(id) : null;
  if (id === null || known === null) return REJECTED;
  const secret = Buffer.from(known.secret, 'base64');
  if (secret.length === 0) return REJECTED;
  const expected = `hmac-sha256=${hmac(secret, [body], 'hex')}`;
  if (!isSignature(headers['x-airtable-content-mac'], expected)) return REJECTED;
  const base = optional.string(optional.object(payload['base'])['id']);
  const event = {
    // It has neither an id nor a name.
    id: contentId(body),
    type: 'notification',
    for: { connectionId: known.connectionId },
    items: [],
    ...(base !== null && { hook: { id, base } }),
    content: payload,
  };
  return { kind: 'events', events: [event] };
}
