export {
  AuthorizationRequests,
  stateCookieName,
  type AuthorizationRequest,
  type BegunAuthorization,
  type ConsumedAuthorizationRequest,
} from './authorization-requests.js';
export type { ClientRegistration } from './client-registration.js';
export type { Grant } from './grant.js';
export type { OAuthProvider } from './oauth-provider.js';
export { OAuthStrategy } from './oauth.strategy.js';
export { authorizationUrl, exchangeCode } from './strategy-run.js';
export { TokenClient, type RevocationResult } from './token-client.js';
export { isIssuer } from './issuer.js';
export { type Credential, type CredentialStore, type StoredCredential } from './credential.js';
export {
  CredentialRefresher,
  type FailedRefresh,
  type Refresh,
  type RefreshFailure,
  type RefreshOutcome,
  type RefreshTimes,
} from './credential-refresher.js';
export { refreshPauseKey } from './refresh-pauses.js';
