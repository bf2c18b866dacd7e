import type { AccountData } from '../core/account.js';
import type { Fields } from '../core/fields.js';
import type { Grant } from '../oauth/grants.js';
import type { RegisteredApp } from '../oauth/registered-app.js';
import type { SentWebhook } from './deliveries.js';

/** What happened, in the provider's words, without what is the same in all its events. */
export type ProviderEvent = Fields;

/** For whom an event is. */
export interface EventContext {
  data: AccountData;
  app: RegisteredApp;
  /** What the account has granted the app. */
  grants: readonly Grant[];
  /** The provider's time in milliseconds. */
  now: number;
}

export interface Signing {
  secret: string;
  url: string;
  body: string;
  /** Milliseconds. */
  timestamp: number;
}

/** How a provider sends webhooks to the address that an app has set. */
export interface WebhookRules {
  readonly timeoutMs: number;
  /** Seconds before each retry. */
  readonly retryDelays: readonly number[];
  /** Most events in one request. */
  readonly batch: number;
  /** Whether the signature covers a time. */
  readonly isDated: boolean;
  newSecret(app: RegisteredApp): string;
  /** Sent when the address is set; `challenge`: what the response has to contain. */
  handshake?(secret: string): { body: object; signed: boolean; challenge?: string };
  /** The whole event, with its own id. */
  complete(event: ProviderEvent, context: EventContext): object;
  /** @param attempt 1 is the first */
  body(events: readonly object[], attempt: number): unknown;
  headers(signing: Signing): Record<string, string>;
  retryHeaders?(attempt: number, previous: SentWebhook | undefined): Record<string, string>;
  /** What an app is told when an account takes back what it has granted. */
  revoked?(data: AccountData, grants: readonly Grant[], isUninstalled: boolean): ProviderEvent[];
  /** An event of item number N; undefined when the account has no items. */
  sample(data: AccountData, index: number): ProviderEvent | undefined;
}
