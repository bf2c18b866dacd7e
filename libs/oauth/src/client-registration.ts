import type { OAuthProvider } from './oauth-provider.js';

/** Our registration as an OAuth client of one provider. */
export interface ClientRegistration {
  readonly provider: OAuthProvider;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}
