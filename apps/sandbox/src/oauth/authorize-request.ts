import type { Challenge } from './pkce.js';
import type { RegisteredApp } from './registered-app.js';

/** An authorization request that made sense. */
export interface AuthorizeRequest {
  app: RegisteredApp;
  redirectUri: string;
  /** false: the only registered one was used, and the token request must not name one (Notion). */
  redirectUriGiven: boolean;
  state: string | undefined;
  scopes: string[];
  userScopes: string[];
  challenge: Challenge | undefined;
}

/** Fine, an error for the app (redirect), or one for the person, when the redirect URI is not to be trusted. */
export type AuthorizeVerdict = undefined | { error: string; description?: string } | { page: string };
