import { randomBytes, randomUUID } from 'node:crypto';
import { type MockResponse, json } from '../core/response.js';
import { queryParameter } from '../core/request.js';
import { text } from '../core/fields.js';
import type { PublicRoute } from '../core/mock-provider.js';
import { authorizeRoute, tokenRoute } from '../oauth/routes.js';
import type { OAuthRules, TokenFault } from '../oauth/rules.js';
import { requireClient } from '../oauth/token-endpoint.js';
import { problem } from './errors.js';
import { botId, ownerOf } from './users.js';
import { checkVersion } from './versions.js';

const rfc = (status: number, error: string, error_description: string): MockResponse =>
  json(status, { error, error_description });

/** Both the RFC 6749 form and the API's own envelope occur; a reader has to understand either. */
const FAULTS: Record<TokenFault, () => MockResponse> = {
  'body-unreadable': () => problem(400, 'invalid_json', 'Error parsing JSON body.'),
  'body-kind': () => problem(400, 'invalid_json', 'The token endpoint takes a JSON body.'),
  'client-missing': () => rfc(401, 'invalid_client', 'Client authentication is missing; use HTTP Basic.'),
  'client-unknown': () => rfc(401, 'invalid_client', 'No such client.'),
  'client-secret': () => rfc(401, 'invalid_client', 'Client authentication failed.'),
  'client-misplaced': () => rfc(401, 'invalid_client', 'Client credentials belong in the Authorization header.'),
  'grant-type': () => rfc(400, 'unsupported_grant_type', 'grant_type must be authorization_code or refresh_token.'),
  'code-missing': () => rfc(400, 'invalid_request', 'code is missing.'),
  'code-unknown': () => rfc(400, 'invalid_grant', 'Invalid code.'),
  'code-used': () => problem(400, 'invalid_grant', 'Invalid code: this code has been revoked.'),
  'code-expired': () => rfc(400, 'invalid_grant', 'Invalid code: this code has expired.'),
  'redirect-uri': () =>
    rfc(400, 'invalid_grant', 'redirect_uri must be the one of the authorization request, or absent.'),
  verifier: () => rfc(400, 'invalid_grant', 'code_verifier does not match.'),
  'refresh-missing': () => rfc(400, 'invalid_request', 'refresh_token is missing.'),
  'refresh-unknown': () => rfc(400, 'invalid_grant', 'Invalid refresh token.'),
  'refresh-spent': () => rfc(400, 'invalid_grant', 'Invalid refresh token.'),
  'refresh-in-grace': () => rfc(400, 'invalid_grant', 'Invalid refresh token.'),
  'refresh-expired': () => rfc(400, 'invalid_grant', 'Invalid refresh token.'),
  'refresh-revoked': () => problem(400, 'invalid_grant', 'Invalid refresh token: it has been revoked.'),
};

/** Connections have capabilities instead of scopes; these are shown, not sent. */
const CAPABILITIES: Record<string, string> = {
  read: 'Read the pages and databases you choose',
  users: 'Read names and email addresses of people in the workspace',
};

const secret = (prefix: string) => prefix + randomBytes(34).toString('base64url').replace(/[-_]/g, '0');

export const notionOAuth: OAuthRules = {
  tokenBodies: ['json'],
  clientAuth: 'basic',
  pkce: 'ignored',
  codeTtlSeconds: 600,
  failureSpendsCode: false,
  redirectMatch: 'exact',
  // Whether the old pair dies at a refresh is undocumented: it does, unless the app says otherwise.
  refresh: (app) =>
    app.oldPair === 'lives'
      ? { rotates: true, graceSeconds: Infinity, inGrace: 'works', activeAccessTokens: Infinity }
      : { rotates: true, graceSeconds: 0, inGrace: 'works', activeAccessTokens: 1 },
  accessTtlSeconds: () => undefined,
  extendsGrant: ({ oneGrant = false }) => oneGrant,
  newCode: () => randomUUID(),
  newAccessToken: () => secret('ntn_'),
  newRefreshToken: () => secret('nrt_'),
  inspect(mockRequest, request) {
    request.scopes = Object.keys(CAPABILITIES);
    if (queryParameter(mockRequest, 'response_type') !== 'code') return { error: 'unsupported_response_type' };
    if (queryParameter(mockRequest, 'owner') !== 'user')
      return { error: 'invalid_request', description: 'owner=user is required.' };
    return undefined;
  },
  drafts: ({ app }, account) => [
    { provider: 'notion', clientId: app.clientId, accountId: account.id, actor: 'bot', scopes: [] },
  ],
  allScopes: { scopes: [], userScopes: [] },
  scopeWords: (scope) => CAPABILITIES[scope] ?? scope,
  denied: () => ({ error: 'access_denied' }),
  precheck: (mockRequest, app) => (app.requireVersionOnToken ? checkVersion(mockRequest) : undefined),
  tokens: (_, [issued], { account, app, seed }) =>
    json(200, {
      access_token: issued?.access.value,
      token_type: 'bearer',
      refresh_token: issued?.refresh?.value ?? null,
      bot_id: botId(seed, app.clientId),
      workspace_icon: null,
      workspace_name: account.name,
      workspace_id: account.id,
      owner: ownerOf(account.id, seed),
      duplicated_template_id: null,
    }),
  refuse: (fault) => FAULTS[fault](),
};

const introspect: PublicRoute = {
  method: 'POST',
  path: '/v1/oauth/introspect',
  kind: 'token',
  as: 'introspect',
  handle(mockRequest, { sandbox, mockProvider }) {
    const app = requireClient(sandbox, mockProvider, mockRequest);
    if ('status' in app) return app;
    const value = text(mockRequest.body['token']);
    const token = sandbox.grants.findAccess(value) ?? sandbox.grants.findRefresh(value);
    const active =
      token?.grant.clientId === app.clientId &&
      !sandbox.grants.refusal(token, mockRequest.now) &&
      token.spentAt === undefined;
    return json(200, active ? { active, iat: Math.floor(token.issuedAt / 1000) } : { active });
  },
};

const revoke: PublicRoute = {
  method: 'POST',
  path: '/v1/oauth/revoke',
  kind: 'token',
  as: 'revoke',
  handle(mockRequest, { sandbox, mockProvider }) {
    const app = requireClient(sandbox, mockProvider, mockRequest);
    if ('status' in app) return app;
    const value = text(mockRequest.body['token']);
    const token = sandbox.grants.findAccess(value) ?? sandbox.grants.findRefresh(value);
    if (token?.grant.clientId === app.clientId) token.grant.revoked = true;
    return json(200, {});
  },
};

export const oauthRoutes = [authorizeRoute('/v1/oauth/authorize'), tokenRoute('/v1/oauth/token'), introspect, revoke];
