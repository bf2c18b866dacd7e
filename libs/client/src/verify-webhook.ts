import type { Problem } from './causeway-error.js';
import type { Connection } from './client.js';

interface OfSync {
  syncId: string;
  connectionId: string;
}

/** What a webhook of the service says. */
export type WebhookEvent = { timestamp: string } & (
  | {
      type:
        | 'connection.created'
        | 'connection.updated'
        | 'connection.needs-reconnect'
        | 'connection.expiring'
        | 'connection.deleted';
      data: Connection;
    }
  | { type: 'sync.completed'; data: OfSync & { added: number; updated: number; deleted: number } }
  | { type: 'sync.failed'; data: OfSync & { problem: Problem } }
  | { type: 'sync.suspicious'; data: OfSync & { type: string; known: number; missing: number } }
  | { type: 'provider.event'; data: { integration: string; connectionId: string; event: unknown } }
  | { type: 'endpoint.test'; data: { endpointId: string } }
);

/** A request that is not a webhook of the service, or is too old. */
export class WebhookVerificationError extends Error {}

export interface ReceivedRequest {
  /** As it came: parsing and writing it again would change it. */
  body: string;
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface VerifyWebhookOptions {
  /** By how many seconds the time of the sender may differ. */
  toleranceSeconds?: number;
}

const PREFIX = 'whsec_';
const VERSION = 'v1,';

/**
 * The event of a webhook that is signed with the secret of its endpoint, after the Standard Webhooks specification. The `webhook-id` header is
 * the same for each attempt: an event may come again.
 * @throws WebhookVerificationError; respond with 401 then
 */
export async function verifyWebhook(
  secret: string,
  { body, headers }: ReceivedRequest,
  { toleranceSeconds = 300 }: VerifyWebhookOptions = {},
): Promise<WebhookEvent> {
  const read = (name: string) => {
    const value = headers instanceof Headers ? headers.get(name) : headers[name];
    if (typeof value !== 'string') throw new WebhookVerificationError(`There is no header "${name}".`);
    return value;
  };
  const [id, timestamp, signatures] = [read('webhook-id'), read('webhook-timestamp'), read('webhook-signature')];
  const age = Math.abs(Date.now() / 1000 - Number(timestamp));
  if (!/^\d+$/.test(timestamp) || age > toleranceSeconds)
    throw new WebhookVerificationError('The webhook is too old, or the clocks differ.');
  const key = await crypto.subtle.importKey(
    'raw',
    bytesOf(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  // `verify` compares in constant time. During a rotation there is a signature of each secret.
  for (const signature of signatures.split(' ')) {
    if (!signature.startsWith(VERSION)) continue;
    const isValid = await crypto.subtle.verify('HMAC', key, bytesOf(signature.slice(VERSION.length)), signed);
    if (isValid) return JSON.parse(body) as WebhookEvent;
  }
  throw new WebhookVerificationError('The webhook is not signed with this secret.');
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
