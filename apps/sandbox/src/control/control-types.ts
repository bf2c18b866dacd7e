import type { ProviderId } from '../core/provider-id.js';
import type { RateLimit } from './rate-limit.js';
import type { AppVariants } from '../oauth/registered-app.js';
import type { SentWebhook } from '../webhooks/deliveries.js';
import type { WebhookFault } from '../webhooks/webhooks.js';

/** Bodies of the control API; `README.md` has one line on each route. */

/** POST /control/apps */
export interface AppRequest extends AppVariants {
  provider: ProviderId;
  clientId: string;
  /** null: a public client. */
  clientSecret: string | null;
  name?: string;
  /** Left out: any loopback callback, as for the app that is there from the start. */
  redirectUris?: string[];
}

/** POST /control/accounts: beside those that a provider has from the start; not on its consent page. */
export interface NewAccount {
  provider: ProviderId;
  /** Its id, in the form of the provider's ids. */
  account: string;
  sizes: Record<string, number>;
}

/** PUT /control/sizes; `account` left out: every account of the provider. */
export interface SizeRequest {
  provider: ProviderId;
  account?: string;
  sizes: Record<string, number>;
}

/** What PUT /control/items changes in one item; a provider refuses what its items do not know. */
export interface ItemEdit {
  /**
   * HubSpot: as in its API, e.g. `contacts`. Notion: `page`, `data_source`. Airtable: `base`, `table`, `record`.
   * Slack: `channel`, `user`, `message`.
   */
  type: string;
  /** Left out: a new item is created. */
  id?: string;
  title?: string;
  /** HubSpot's. */
  properties?: Record<string, string | null>;
  /**
   * Where the item is: the channel of a message, the base of a table, `base/table` of a record. Where an item of Notion
   * is moved to: a page, a data source or `workspace`; the database of a data source.
   */
  parent?: string;
  /** ISO 8601; left out: now. */
  modified?: string;
  /** In the recycling bin, or whatever the provider calls it; `false` restores. */
  archived?: boolean;
  /** For good. */
  deleted?: boolean;
  /** An item that is there becomes a new one: its time of creation is `modified`. */
  created?: boolean;
}

/** PUT /control/items: one item, or several in `items`. */
export interface ItemChange extends ItemEdit {
  provider: ProviderId;
  account: string;
}

/** PUT /control/items with several items of an account. */
export interface ItemChanges extends Pick<ItemChange, 'provider' | 'account'> {
  items: ItemEdit[];
}

export interface ChangedItem {
  type: string;
  id: string;
  modified: string;
}

/** PUT /control/limits; `rule` left out: every rule of the provider. */
export interface LimitRequest {
  provider: ProviderId;
  rule?: string;
  limit: 'off' | RateLimit;
}

/** POST /control/tokens/expire and /control/tokens/revoke */
export interface TokenHarm {
  provider: ProviderId;
  account?: string;
  /** revoke: the whole grant (default), its access tokens, or its refresh tokens. */
  what?: 'grant' | 'access' | 'refresh';
}

/** POST /control/tokens: grants consent without a browser; returns the provider's own token response. */
export interface IssueRequest {
  provider: ProviderId;
  account?: string;
  clientId?: string;
  scopes?: string[];
  userScopes?: string[];
}

/** GET /control/accounts */
export interface ControlledAccount {
  provider: ProviderId;
  id: string;
  name: string;
  sizes: Record<string, number>;
}

/** PUT /control/webhooks: where a provider sends to. */
export interface WebhookSubscriptionRequest {
  integration: ProviderId;
  /** null: it sends no more. */
  url: string | null;
  /** Left out: HubSpot takes the client secret of the app, the others make one. */
  secret?: string;
  /** Left out: the app that is there from the start. */
  clientId?: string;
  /** false: without Slack's challenge and Notion's verification token. */
  handshake?: boolean;
  /** Multiplies the documented delays between retries. */
  retryDelayFactor?: number;
}

export interface WebhookSubscription {
  integration: ProviderId;
  clientId: string;
  url: string;
  secret: string;
  /** Nothing is sent to an address that has not returned Slack's challenge. */
  isVerified: boolean;
  handshake: SentWebhook | null;
}

/** POST /control/webhooks: events of the account that are sent one after the other. */
export interface WebhookRequest {
  integration: ProviderId;
  /** Left out: the first account that has granted the app anything. */
  account?: string;
  /** So many changes of items. */
  count?: number;
  /** In the provider's words; what all its events have is added. */
  events?: object[];
  faults?: WebhookFault[];
}

/** GET /control/webhooks */
export interface WebhooksSent {
  sent: SentWebhook[];
  /** Requests that have no response yet, and retries that wait; of all providers. */
  pending: number;
  hooks: WatchingHook[];
}

/** A webhook of Airtable that an app has made, and that has not expired. */
export interface WatchingHook {
  id: string;
  account: string;
  clientId: string;
  base: string;
  expirationTime: string;
  areNotificationsEnabled: boolean;
  payloads: number;
  /** How often the app has extended its life, and listed its payloads. */
  refreshes: number;
  listings: number;
}

/** PUT /control/webhooks for Airtable, whose webhooks are made through its API. */
export interface HookRequest {
  integration: 'airtable';
  /** Left out: all webhooks. */
  id?: string;
  /** They expire then; without it, seven days after they were made or last used. */
  expiresInSeconds?: number;
  /** Multiplies the documented delays between retries. */
  retryDelayFactor?: number;
}

/** GET /control/journal */
export interface ReadJournal {
  subscriptions: {
    id: number;
    clientId: string;
    subscriptionType?: string;
    portalId?: number;
    objectTypeId?: string;
  }[];
  entries: {
    offset: string;
    clientId: string;
    publishedAt: number;
    events: number;
    listings: number;
    downloads: number;
  }[];
}

/** POST /control/journal: an entry with these events, in HubSpot's words; left out: of the app that is there from the start. */
export interface JournalAddition {
  clientId?: string;
  events: object[];
}

/** PUT /control/journal */
export interface JournalChange {
  /** The status after the last entry. */
  atEnd?: 200 | 204 | 404;
  /** `unnamed`: without `Content-Encoding`. */
  gzip?: 'no' | 'named' | 'unnamed';
  /** Where entries point to; `null`: to their files. */
  fileUrl?: string | null;
}
