export {
  AuthorizationRequests,
  FINISHES,
  STATE_COOKIE_PREFIX,
  stateCookieName,
  type AuthorizationRequest,
  type BegunAuthorization,
  type Confirmation,
  type ConsumedAuthorizationRequest,
  type Finish,
  type StateCookie,
} from './authorization-requests.js';
export type { ClientRegistration } from './client-registration.js';
export type { Credential, CredentialStore, StoredCredential } from './credential.js';
export { CredentialRefresher, type FailedRefresh, type RefreshOptions } from './credential-refresher.js';
export type { Refresh, RefreshFailure, RefreshOutcome } from './refresh-outcome.js';
export type { Grant } from './grant.js';
export { isIssuer } from './issuer.js';
export { isMomentary } from './momentary-records.js';
export type { OAuthProvider } from './oauth-provider.js';
export { OAuthStrategy, authorizationUrl, exchangeCode } from './oauth.strategy.js';
export { refreshBackoffKey } from './refresh-backoff.js';
export { TokenClient, type RevocationResult } from './token-client.js';
export type { OpenRequestSlots } from './open-requests.js';
