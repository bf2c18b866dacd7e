import { json, type MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { text } from '../core/fields.js';
import type { MockProvider } from '../core/mock-provider.js';
import type { SandboxState } from '../core/sandbox-state.js';
import type { AuthorizeRequest } from './authorize-request.js';
import type { AppToken } from './app-tokens.js';
import { authenticateClient } from './client-auth.js';
import type { AuthorizationCode } from './codes.js';
import { type Grant, type Issued, keepNewest, type PresentedToken } from './grants.js';
import { verifies } from './pkce.js';
import type { RegisteredApp } from './registered-app.js';
import type { TokenFault } from './rules.js';

/** The app behind a request to the token, revocation or introspection endpoint, or the refusal. */
export function requireClient(
  sandbox: SandboxState,
  mockProvider: MockProvider,
  mockRequest: MockRequest,
): RegisteredApp | MockResponse {
  const { oauth } = mockProvider;
  if (mockRequest.bodyKind === 'unreadable') return oauth.refuse('body-unreadable', mockRequest);
  if (!oauth.tokenBodies.includes(mockRequest.bodyKind)) return oauth.refuse('body-kind', mockRequest);
  const app = authenticateClient(sandbox.apps, mockProvider.id, oauth, mockRequest);
  if (typeof app === 'string') return oauth.refuse(app, mockRequest);
  return oauth.precheck?.(mockRequest, app) ?? app;
}

export function token(sandbox: SandboxState, mockProvider: MockProvider, mockRequest: MockRequest): MockResponse {
  const app = requireClient(sandbox, mockProvider, mockRequest);
  if ('status' in app) return app;
  const grantType = text(mockRequest.body['grant_type']) ?? mockProvider.oauth.defaultGrantType;
  if (grantType === 'authorization_code') return exchange(sandbox, mockProvider, mockRequest, app);
  if (grantType === 'refresh_token' && mockProvider.oauth.refresh(app))
    return refresh(sandbox, mockProvider, mockRequest, app);
  if (grantType === 'client_credentials' && mockProvider.oauth.clientCredentials)
    return ofApp(sandbox, mockProvider.oauth.clientCredentials(mockRequest, app), mockRequest.now);
  return mockProvider.oauth.refuse('grant-type', mockRequest);
}

function ofApp(sandbox: SandboxState, token: AppToken | MockResponse, now: number): MockResponse {
  if ('status' in token) return token;
  sandbox.appTokens.add(token);
  return json(200, {
    token_type: 'bearer',
    access_token: token.value,
    expires_in: Math.round((token.expiresAt - now) / 1000),
    token_use: 'client_credentials',
  });
}

function exchange(
  sandbox: SandboxState,
  mockProvider: MockProvider,
  mockRequest: MockRequest,
  app: RegisteredApp,
): MockResponse {
  const { oauth } = mockProvider;
  sandbox.log.exchange(mockProvider.id);
  const value = text(mockRequest.body['code']);
  if (value === undefined) return oauth.refuse('code-missing', mockRequest);
  const code = sandbox.codes.find(value);
  if (!code || code.request.app.clientId !== app.clientId) return oauth.refuse('code-unknown', mockRequest);
  const fault = codeFault(mockProvider, mockRequest, code);
  if (fault) {
    if (oauth.failureSpendsCode) code.spent = true;
    return oauth.refuse(fault, mockRequest);
  }
  code.spent = true;
  return consented(sandbox, mockProvider, mockRequest, code.request, code.accountId);
}

/** Opens the grants of a consent and answers with their first tokens. */
export function consented(
  sandbox: SandboxState,
  mockProvider: MockProvider,
  mockRequest: MockRequest,
  request: AuthorizeRequest,
  accountId: string,
): MockResponse {
  const account = sandbox.findAccount(mockProvider, accountId);
  if (!account) return mockProvider.oauth.refuse('code-unknown', mockRequest);
  const extendsGrant = mockProvider.oauth.extendsGrant?.(request.app) ?? false;
  const issued = mockProvider.oauth.drafts(request, account).map((draft) => {
    const earlier = extendsGrant ? sandbox.grants.extend(draft) : undefined;
    const grant = earlier ?? sandbox.grants.open(draft, mockRequest.now);
    for (const token of earlier && rotates(mockProvider, request.app) ? earlier.refresh : [])
      token.spentAt ??= mockRequest.now;
    return issue(sandbox, mockProvider, grant, request.app, mockRequest.now);
  });
  const seed = sandbox.seedOf(mockProvider.id, account);
  return mockProvider.oauth.tokens(mockRequest, issued, { account, app: request.app, seed });
}

const rotates = ({ oauth }: MockProvider, app: RegisteredApp) => oauth.refresh(app)?.rotates === true;

function codeFault(
  mockProvider: MockProvider,
  mockRequest: MockRequest,
  code: AuthorizationCode,
): TokenFault | undefined {
  if (code.spent) return 'code-used';
  if (code.expiresAt <= mockRequest.now) return 'code-expired';
  const { redirectUri, redirectUriGiven, challenge } = code.request;
  if (text(mockRequest.body['redirect_uri']) !== (redirectUriGiven ? redirectUri : undefined)) return 'redirect-uri';
  if (mockProvider.oauth.pkce === 'ignored') return undefined;
  return challenge && !verifies(challenge, text(mockRequest.body['code_verifier'])) ? 'verifier' : undefined;
}

function issue(
  sandbox: SandboxState,
  mockProvider: MockProvider,
  grant: Grant,
  app: RegisteredApp,
  now: number,
): Issued {
  const { oauth } = mockProvider;
  const rules = oauth.refresh(app);
  // A token that does not expire is given again.
  const lasting =
    rules === undefined ? grant.access.find(({ dead, expiresAt }) => !dead && expiresAt === undefined) : undefined;
  if (lasting) return { grant, access: lasting, refresh: undefined };
  const renews = rules !== undefined && (rules.rotates || grant.refresh.length === 0);
  const issued = sandbox.grants.issue(
    grant,
    {
      access: oauth.newAccessToken(grant, app),
      accessTtlSeconds: app.accessTokenTtlSeconds ?? oauth.accessTtlSeconds(app),
      refresh: renews ? oauth.newRefreshToken(grant, app) : undefined,
      refreshTtlSeconds: rules?.ttlSeconds,
    },
    now,
  );
  if (rules) keepNewest(grant, rules.activeAccessTokens);
  return issued;
}

function refresh(
  sandbox: SandboxState,
  mockProvider: MockProvider,
  mockRequest: MockRequest,
  app: RegisteredApp,
): MockResponse {
  const value = text(mockRequest.body['refresh_token']);
  const presented = sandbox.grants.findRefresh(value);
  sandbox.log.refresh(mockProvider.id, value, presented?.generation);
  if (value === undefined) return mockProvider.oauth.refuse('refresh-missing', mockRequest);
  if (!presented || presented.grant.clientId !== app.clientId)
    return mockProvider.oauth.refuse('refresh-unknown', mockRequest);
  const fault = refreshFault(mockProvider, mockRequest, app, presented);
  if (fault) return mockProvider.oauth.refuse(fault, mockRequest);
  const { grant } = presented;
  const account = sandbox.findAccount(mockProvider, grant.accountId);
  if (!account) return mockProvider.oauth.refuse('refresh-unknown', mockRequest);
  if (rotates(mockProvider, app)) presented.spentAt ??= mockRequest.now;
  sandbox.log.refreshed(mockProvider.id, value);
  const seed = sandbox.seedOf(mockProvider.id, account);
  return mockProvider.oauth.tokens(mockRequest, [issue(sandbox, mockProvider, grant, app, mockRequest.now)], {
    account,
    app,
    seed,
  });
}

function refreshFault(
  mockProvider: MockProvider,
  mockRequest: MockRequest,
  app: RegisteredApp,
  presented: PresentedToken,
): TokenFault | undefined {
  if (presented.grant.revoked || presented.dead) return 'refresh-revoked';
  if (presented.expiresAt !== undefined && presented.expiresAt <= mockRequest.now) return 'refresh-expired';
  const rules = mockProvider.oauth.refresh(app);
  if (presented.spentAt === undefined || !rules) return undefined;
  const inGrace = mockRequest.now - presented.spentAt < rules.graceSeconds * 1000;
  if (!inGrace) return 'refresh-spent';
  return rules.inGrace === 'conflict' ? 'refresh-in-grace' : undefined;
}
