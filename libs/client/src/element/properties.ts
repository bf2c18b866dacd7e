import type { PropertyDeclarations } from 'lit';
import type { CausewayClient, CausewayOptions, Connection } from '../client.js';
import type { Revocation } from '../browser/user-accounts.js';
import type { ReplacedTexts } from '../texts/texts.js';

export interface CausewayConnectProperties {
  /** The service's `PUBLIC_URL`. Default: the origin of the page. */
  baseUrl?: string | null | undefined;
  /** The token of a `POST /sessions`, or a function that gets one from your back end. */
  sessionToken?: CausewayOptions['sessionToken'] | null;
  /** Instead of `sessionToken`: the route of your back end that responds with a session. See `sessionFrom`. */
  sessionUrl?: string | null | undefined;
  /** Instead of `baseUrl` and `sessionToken`. */
  client?: CausewayClient | null | undefined;
  /** Default, as `userId`: the user of the session. */
  orgId?: string | null | undefined;
  userId?: string | null | undefined;
  /** Ids of the integrations to offer. Default: all that are set up. */
  integrations?: readonly string[] | null | undefined;
  /** See `ConnectAccountOptions`. */
  returnTo?: string | null | undefined;
  /** E.g. `de` or `ar`. Default: the language of the page. */
  locale?: string | null | undefined;
  /** Replaces single texts. */
  texts?: ReplacedTexts | null | undefined;
  /** Default: what the page's `color-scheme` says. */
  theme?: 'light' | 'dark' | 'system' | null | undefined;
  /** `modal`: shown while `open`; `button`: a button that opens it; `inline`: without a dialog. Default: `modal`. */
  variant?: 'modal' | 'button' | 'inline' | null | undefined;
  open?: boolean;
}

export interface CausewayConnectEvents {
  connected: CustomEvent<{ connection: Connection }>;
  disconnected: CustomEvent<{ connection: Connection; revoked: Revocation }>;
  /** The dialog was closed. */
  close: Event;
}

/** How Lit reads them from attributes. */
export const PROPERTIES: PropertyDeclarations = {
  baseUrl: { attribute: 'base-url' },
  sessionToken: {
    attribute: 'session-token',
    // A page may write the function as a literal: the newest one is called, and nothing starts anew.
    hasChanged: (now, before) => now !== before && !(typeof now === 'function' && typeof before === 'function'),
  },
  sessionUrl: { attribute: 'session-url' },
  client: { attribute: false },
  orgId: { attribute: 'org-id' },
  userId: { attribute: 'user-id' },
  integrations: {
    converter: (value) => value?.split(/[\s,]+/).filter(Boolean) ?? null,
    hasChanged: (now, before) => JSON.stringify(now) !== JSON.stringify(before),
  },
  returnTo: { attribute: 'return-to' },
  locale: {},
  texts: { attribute: false },
  theme: { reflect: true },
  variant: { reflect: true },
  open: { type: Boolean, reflect: true },
  localized: { state: true },
  query: { state: true },
  selected: { state: true },
  confirming: { state: true },
};
