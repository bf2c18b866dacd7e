import { createHash } from 'node:crypto';
import OAuth2Strategy from 'passport-oauth2';
import type { BegunAuthorization, ConsumedAuthorizationRequest } from './authorization-requests.js';
import type { ClientRegistration } from './client-registration.js';
import type { Grant } from './grant.js';
import type { TokenClient } from './token-client.js';

/** The way to the provider: `state` as passport-oauth2 knows it, the rest read by `authorizationParams`. */
export interface RedirectOptions {
  state: string;
  scope?: string[];
  opened: BegunAuthorization;
}

/** The way back; without a taken attempt there is no exchange. */
export interface ExchangeOptions {
  attempt: ConsumedAuthorizationRequest;
}

type Done = (error: unknown, accessToken?: string, refreshToken?: string, grant?: Grant) => void;

/**
 * The one strategy for all providers, built from a definition. Three parts of passport-oauth2 are replaced: its token request (secret in the
 * body beside Basic, no deadline, drops `refresh_token`) by our token client, its state store by `AuthorizationRequests`, which is asked before the
 * strategy runs, and its PKCE verifier (a non-cryptographic random source) by the attempt's.
 */
export class OAuthStrategy extends OAuth2Strategy {
  constructor(
    private readonly registration: ClientRegistration,
    tokenClient: TokenClient,
  ) {
    const { provider, clientId, clientSecret, redirectUri } = registration;
    super(
      {
        authorizationURL: provider.authorization.url,
        tokenURL: provider.token.url,
        clientID: clientId,
        clientSecret,
        callbackURL: redirectUri,
        scopeSeparator: provider.authorization.scopeSeparator,
        skipUserProfile: true,
      },
      // passport-oauth2 reads the number of parameters: five, or the grant does not arrive.
      (
        _accessToken: string,
        _refreshToken: string,
        grant: Grant,
        _profile: unknown,
        verified: (error: null, grant: Grant) => void,
      ) => {
        verified(null, grant);
      },
    );
    this.name = provider.id;
    const exchange = (code: string, params: Record<string, string>, done: Done) => {
      tokenClient.exchangeCode({ ...params, code }).then((grant) => {
        done(null, grant.accessToken, grant.refreshToken ?? '', grant);
      }, done);
    };
    Object.assign(this._oauth2, { getOAuthAccessToken: exchange });
  }

  override authorizationParams({ opened }: RedirectOptions): object {
    const { params, pkce } = this.registration.provider.authorization;
    if (!pkce) return { ...params };
    const challenge = createHash('sha256').update(opened.codeVerifier).digest('base64url');
    return { ...params, code_challenge: challenge, code_challenge_method: 'S256' };
  }

  override tokenParams({ attempt }: ExchangeOptions): object {
    return this.registration.provider.authorization.pkce ? { code_verifier: attempt.codeVerifier } : {};
  }

  /** Our token client's problems pass through as they are. */
  _createOAuthError(_message: string, error: unknown): unknown {
    return error;
  }
}
