import { createHash } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import OAuth2Strategy from 'passport-oauth2';
import { Problem } from '@causeway/problem';
import type { BegunAuthorization, ConsumedAuthorizationRequest } from './authorization-requests.js';
import type { ClientRegistration } from './client-registration.js';
import type { Grant } from './grant.js';
import type { TokenClient } from './token-client.js';

/*
 * The only file that uses Passport, and the only one that works around it. passport-oauth2 builds the authorization URL and handles the
 * callback. Replaced are its token request (secret in the body beside Basic, no timeout, drops `refresh_token`), its state store
 * (`AuthorizationRequests.consume` has checked the state before the strategy runs) and its PKCE verifier (not from a secure random source).
 */

interface RedirectOptions {
  state: string;
  scope: string[] | undefined;
  codeVerifier: string;
}

interface ExchangeOptions {
  codeVerifier: string;
}

type TokenCallback = (error: unknown, accessToken?: string, refreshToken?: string, grant?: Grant) => void;

/** The same strategy for all providers. */
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
      // passport-oauth2 reads `Function.length`: it passes the grant only to a function of five parameters.
      (_access: string, _refresh: string, grant: Grant, _profile: unknown, done: (error: null, user: Grant) => void) =>
        done(null, grant),
    );
    this.name = provider.id;
    // `_oauth2` has no public replacement; its method is patched to send the token request through our client.
    const getOAuthAccessToken = (code: string, params: Record<string, string>, callback: TokenCallback) => {
      tokenClient
        .exchangeCode({ ...params, code })
        .then((grant) => callback(null, grant.accessToken, grant.refreshToken ?? '', grant), callback);
    };
    Object.assign(this._oauth2, { getOAuthAccessToken });
  }

  override authorizationParams({ codeVerifier }: RedirectOptions): object {
    const { params, pkce } = this.registration.provider.authorization;
    if (!pkce) return { ...params };
    const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
    return { ...params, code_challenge: challenge, code_challenge_method: 'S256' };
  }

  override tokenParams({ codeVerifier }: ExchangeOptions): object {
    return this.registration.provider.authorization.pkce ? { code_verifier: codeVerifier } : {};
  }

  /** Keeps the token client's problems, which passport-oauth2 would wrap. */
  _createOAuthError(_message: string, error: unknown): unknown {
    return error;
  }
}

/** @returns the URL at the provider that the browser has to visit. */
export function authorizationUrl(strategy: OAuthStrategy, begun: BegunAuthorization): Promise<string> {
  const { request, state, codeVerifier } = begun;
  const scope = request.scopes.length > 0 ? [...request.scopes] : undefined;
  return new Promise((resolve, reject) => {
    // After a redirect Passport ends the response and calls nothing back.
    new StrategyRun(strategy, {}, { state, scope, codeVerifier }, resolve).run().catch(reject);
  });
}

/** @throws Problem `authorization-failed`, `provider-timeout` or `provider-unavailable` */
export function exchangeCode(
  strategy: OAuthStrategy,
  { codeVerifier }: ConsumedAuthorizationRequest,
  code: string,
): Promise<Grant> {
  return new StrategyRun(strategy, { code }, { codeVerifier }).run();
}

/**
 * Runs a strategy once. It sees a query of our making instead of the real request: the mere presence of `code` or `error` would decide
 * whether it redirects or exchanges.
 */
class StrategyRun extends AuthGuard() {
  private readonly request: { query: object; user?: Grant };

  constructor(
    strategy: OAuthStrategy,
    query: { code?: string },
    private readonly authenticateOptions: RedirectOptions | ExchangeOptions,
    private readonly onRedirect: (url: string) => void = () => undefined,
  ) {
    // An instance, because names of strategies are global in Passport. A new one for each run, because Passport assigns its callbacks to
    // the instance: two concurrent runs would exchange their grants.
    super({ defaultStrategy: Object.create(strategy) as OAuthStrategy, session: false });
    this.request = { query };
  }

  async run(): Promise<Grant> {
    // AuthGuard uses its context only in the methods overridden below.
    await this.canActivate({} as ExecutionContext);
    return this.request.user as Grant;
  }

  override getRequest(): object {
    return this.request;
  }

  /** The part of a response that Passport writes a redirect to. */
  getResponse(): object {
    let location = '';
    return {
      setHeader: (name: string, value: string) => {
        if (name === 'Location') location = value;
      },
      end: () => this.onRedirect(location),
    };
  }

  override getAuthenticateOptions(): RedirectOptions | ExchangeOptions {
    return this.authenticateOptions;
  }

  override handleRequest<T>(error: unknown, grant: T | false): T {
    if (error !== null && error !== undefined) throw error as Error;
    if (grant !== false) return grant;
    throw new Problem('authorization-failed', 'The provider did not complete the authorization. Try to connect again.');
  }
}
