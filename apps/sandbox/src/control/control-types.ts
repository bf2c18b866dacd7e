import type { ProviderId } from '../core/provider-id.js';
import type { RateLimit } from './rate-limit.js';
import type { AppVariants } from '../oauth/registered-app.js';

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

/** PUT /control/sizes; `account` left out: every account of the provider. */
export interface SizeRequest {
  provider: ProviderId;
  account?: string;
  sizes: Record<string, number>;
}

/** PUT /control/items: changes one item, now; only HubSpot's have changes. */
export interface ItemChange {
  provider: ProviderId;
  account: string;
  /** As in the provider's API, e.g. `contacts`. */
  type: string;
  id: string;
  properties?: Record<string, string | null>;
  archived?: boolean;
  /** For good. */
  deleted?: boolean;
  /** It is new: its time of creation is now. */
  created?: boolean;
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
