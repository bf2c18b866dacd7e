import type { ProviderId } from '../core/provider-id.js';

/** What differs between apps of one provider; every field that is left out means the provider's usual behaviour. */
export interface AppVariants {
  /** Slack: token rotation, an irreversible opt-in of an app. */
  rotation?: boolean;
  /** Shorter (or, for Notion and Slack, any) life of access tokens. */
  accessTokenTtlSeconds?: number;
  /** Airtable: shorter life of refresh tokens. */
  refreshTokenTtlSeconds?: number;
  /** Airtable and Slack: how long a spent refresh token is in its grace. */
  refreshGraceSeconds?: number;
  /** Notion: what becomes of the old pair at a refresh. Undocumented; default `dies`. */
  oldPair?: 'dies' | 'lives';
  /** Notion and HubSpot: a further consent for the same account extends the grant: Notion's older pair dies, HubSpot's refresh token stays. */
  oneGrant?: boolean;
  /** Notion: refuse token requests without `Notion-Version`. Sources disagree; default off. */
  requireVersionOnToken?: boolean;
  /** Notion: without the capability to read user information. */
  withoutUserInformation?: boolean;
  /** HubSpot: a refusal leaves the browser on HubSpot's page. Undocumented; default is a redirect. */
  denialStays?: boolean;
  /** HubSpot: scopes in the app's configuration; asking for one beyond them blocks the install page. */
  allowedScopes?: string[];
  /** Slack: distributed outside the Marketplace, so conversations.history has 1 request a minute and 15 messages. */
  historyLimited?: boolean;
}

export interface RegisteredApp extends AppVariants {
  readonly provider: ProviderId;
  readonly clientId: string;
  /** null: a public client. */
  readonly clientSecret: string | null;
  readonly name: string;
  /** Exact URIs, or any loopback URL that ends in `/integrations/<provider>/oauth2callback`. */
  readonly redirectUris: readonly string[] | 'loopback';
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export function acceptsRedirect(app: RegisteredApp, uri: string, match: 'exact' | 'below'): boolean {
  if (app.redirectUris === 'loopback') return isLoopbackCallback(app.provider, uri);
  return app.redirectUris.some((registered) => uri === registered || (match === 'below' && isBelow(registered, uri)));
}

function isLoopbackCallback(provider: ProviderId, uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const url = new URL(uri);
  const web = url.protocol === 'http:' || url.protocol === 'https:';
  return web && LOOPBACK.has(url.hostname) && url.pathname.endsWith(`/integrations/${provider}/oauth2callback`);
}

/** Slack accepts any path below a registered URL. */
function isBelow(registered: string, uri: string): boolean {
  if (!URL.canParse(uri) || !URL.canParse(registered)) return false;
  const [base, asked] = [new URL(registered), new URL(uri)];
  return base.origin === asked.origin && asked.pathname.startsWith(base.pathname.replace(/\/?$/, '/'));
}
