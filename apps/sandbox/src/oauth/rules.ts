import type { MockResponse } from '../core/response.js';
import type { BodyKind, MockRequest } from '../core/request.js';
import type { Account } from '../core/account.js';
import type { AppToken } from './app-tokens.js';
import type { AuthorizeRequest, AuthorizeVerdict } from './authorize-request.js';
import type { GrantDraft, Issued } from './grants.js';
import type { RegisteredApp } from './registered-app.js';

/** Everything that can be wrong with a token request. Each provider says how it puts it. */
export type TokenFault =
  | 'body-unreadable'
  | 'body-kind'
  | 'client-missing'
  | 'client-unknown'
  | 'client-secret'
  | 'client-misplaced'
  | 'grant-type'
  | 'code-missing'
  | 'code-unknown'
  | 'code-used'
  | 'code-expired'
  | 'redirect-uri'
  | 'verifier'
  | 'refresh-missing'
  | 'refresh-unknown'
  | 'refresh-spent'
  | 'refresh-in-grace'
  | 'refresh-expired'
  | 'refresh-revoked';

export interface RefreshRules {
  /** A new refresh token each time; the old one is spent. */
  rotates: boolean;
  /** How long a spent token is treated leniently, and how: a 409 (Airtable) or as if unspent (Slack). */
  graceSeconds: number;
  inGrace: 'conflict' | 'works';
  /** How many access tokens stay good, the new one included. */
  activeAccessTokens: number;
  ttlSeconds?: number;
}

/** Whose tokens these are. */
export interface TokenOwner {
  account: Account;
  app: RegisteredApp;
  /** Seed of the account's generated data. */
  seed: string;
}

/** One provider's OAuth 2.0 server, as far as it differs from the others. */
export interface OAuthRules {
  readonly tokenBodies: readonly BodyKind[];
  /** Where client credentials are accepted. A public client always puts its `client_id` into the body. */
  readonly clientAuth: 'basic' | 'body' | 'either';
  readonly pkce: 'required' | 'optional' | 'ignored';
  readonly codeTtlSeconds: number;
  /** Whether a failed exchange uses the code up too. */
  readonly failureSpendsCode: boolean;
  readonly redirectMatch: 'exact' | 'below';
  /** What a request without `grant_type` means. */
  readonly defaultGrantType?: 'authorization_code';
  accessTtlSeconds(app: RegisteredApp): number | undefined;
  /** undefined: this app gets no refresh tokens. */
  refresh(app: RegisteredApp): RefreshRules | undefined;
  newCode(): string;
  newAccessToken(draft: GrantDraft, app: RegisteredApp): string;
  newRefreshToken(draft: GrantDraft, app: RegisteredApp): string;
  /** The provider's own checks of an authorization request, after client and redirect URI. */
  inspect(mockRequest: MockRequest, request: AuthorizeRequest): AuthorizeVerdict;
  /** What one consent gives; usually one grant with the scopes asked for. */
  drafts(request: AuthorizeRequest, account: Account): GrantDraft[];
  /** Whether a further consent for the same account extends the grant that the app has, instead of opening another one. */
  extendsGrant?(app: RegisteredApp): boolean;
  /** What the control API grants when it is not told otherwise. */
  readonly allScopes: Pick<AuthorizeRequest, 'scopes' | 'userScopes'>;
  /** Scope in plain words for the consent page. */
  scopeWords(scope: string): string;
  /** Parameters of the redirect after Deny; undefined: the browser stays at the provider. */
  denied(request: AuthorizeRequest): Record<string, string> | undefined;
  /** Checks before anything else at the token endpoint. */
  precheck?(mockRequest: MockRequest, app: RegisteredApp): MockResponse | undefined;
  tokens(mockRequest: MockRequest, issued: readonly Issued[], owner: TokenOwner): MockResponse;
  /** The grant `client_credentials`: a token of the app itself. */
  clientCredentials?(mockRequest: MockRequest, app: RegisteredApp): AppToken | MockResponse;
  refuse(fault: TokenFault, mockRequest: MockRequest): MockResponse;
}
