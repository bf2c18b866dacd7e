import { randomBytes, randomInt } from 'node:crypto';
import { type MockResponse, json } from '../core/response.js';
import { queryParameter } from '../core/request.js';
import { inBase } from '../data/ids.js';
import { authorizeRoute, tokenRoute } from '../oauth/routes.js';
import type { OAuthRules, TokenFault } from '../oauth/rules.js';

const REFRESH_LIFE_SECONDS = 5_184_000;

const SCOPES: Record<string, string> = {
  'data.records:read': 'See the data in records',
  'data.records:write': 'Create, edit, and delete records',
  'data.recordComments:read': 'See comments in records',
  'schema.bases:read': 'See the structure of a base, like table names or field types',
  'schema.bases:write': 'Edit the structure of a base, like adding new fields or tables',
  'webhook:manage': 'View, create, and delete webhooks for a base, and read what they report',
  'user.email:read': "See the user's email address",
};

const fault = (status: number, error: string, error_description: string): (() => MockResponse) => {
  return () => json(status, { error, error_description });
};
const deadRefresh = fault(400, 'invalid_grant', 'Token has been expired or revoked.');

const FAULTS: Record<TokenFault, () => MockResponse> = {
  'body-unreadable': fault(400, 'invalid_request', 'The body could not be read.'),
  'body-kind': fault(400, 'invalid_request', 'Content-Type must be application/x-www-form-urlencoded.'),
  'client-missing': fault(401, 'invalid_client', 'Client authentication is missing.'),
  'client-unknown': fault(401, 'invalid_client', 'No such client.'),
  'client-secret': fault(401, 'invalid_client', 'Client authentication failed.'),
  'client-misplaced': fault(
    401,
    'invalid_client',
    'With a secret: HTTP Basic. Without one: client_id in the body, no Basic.',
  ),
  'grant-type': fault(400, 'unsupported_grant_type', 'grant_type must be authorization_code or refresh_token.'),
  'code-missing': fault(400, 'invalid_request', 'code is required.'),
  'code-unknown': fault(400, 'invalid_grant', 'The authorization code is invalid.'),
  'code-used': fault(400, 'invalid_grant', 'The authorization code was used before.'),
  'code-expired': fault(400, 'invalid_grant', 'The authorization code has expired.'),
  'redirect-uri': fault(400, 'invalid_grant', 'redirect_uri does not match the authorization request.'),
  verifier: fault(400, 'invalid_grant', 'code_verifier does not match.'),
  'refresh-missing': fault(400, 'invalid_request', 'refresh_token is required.'),
  'refresh-unknown': deadRefresh,
  'refresh-spent': deadRefresh,
  // Documented as a 409 under which nothing is invalidated; the body is not.
  'refresh-in-grace': fault(409, 'conflict', 'You recently refreshed a token. Use the tokens of that answer.'),
  'refresh-expired': deadRefresh,
  'refresh-revoked': deadRefresh,
};

/** `oaa` or `oar`, 14 characters, then an opaque rest of varying length. */
const secret = (prefix: string) => {
  const bytes = randomBytes(randomInt(48, 80));
  const id = Array.from(bytes.subarray(0, 14), (byte) => inBase(byte % 62, 62, 1)).join('');
  return `${prefix}${id}.v1.${bytes.toString('base64url')}`;
};

export const airtableOAuth: OAuthRules = {
  tokenBodies: ['form'],
  clientAuth: 'basic',
  pkce: 'required',
  codeTtlSeconds: 600,
  failureSpendsCode: true,
  redirectMatch: 'exact',
  accessTtlSeconds: () => 3600,
  refresh: ({ refreshGraceSeconds = 30, refreshTokenTtlSeconds = REFRESH_LIFE_SECONDS }) => ({
    rotates: true,
    graceSeconds: refreshGraceSeconds,
    inGrace: 'conflict',
    activeAccessTokens: 1,
    ttlSeconds: refreshTokenTtlSeconds,
  }),
  newCode: () => randomBytes(32).toString('hex'),
  newAccessToken: () => secret('oaa'),
  newRefreshToken: () => secret('oar'),
  inspect(mockRequest, request) {
    // Without a usable state or PKCE challenge Airtable shows an error of its own and does not redirect.
    if (!/^[A-Za-z0-9.\-_]{16,1024}$/.test(request.state ?? '')) {
      return { page: 'state must have 16 to 1024 characters out of letters, digits, ".", "-" and "_".' };
    }
    if (!/^[A-Za-z0-9\-_]{43}$/.test(request.challenge?.value ?? '') || request.challenge?.method !== 'S256') {
      return { page: 'code_challenge and code_challenge_method=S256 are required.' };
    }
    if (queryParameter(mockRequest, 'response_type') !== 'code') return { error: 'unsupported_response_type' };
    request.scopes = (queryParameter(mockRequest, 'scope') ?? '').split(' ').filter(Boolean);
    const wrong = request.scopes.filter((scope, at) => !(scope in SCOPES) || request.scopes.indexOf(scope) !== at);
    if (request.scopes.length === 0) return { error: 'invalid_scope', description: 'At least one scope is required.' };
    if (wrong.length > 0)
      return { error: 'invalid_scope', description: `Unknown or repeated scope: ${wrong.join(' ')}` };
    return undefined;
  },
  drafts: ({ app, scopes }, account) => [
    { provider: 'airtable', clientId: app.clientId, accountId: account.id, actor: 'user', scopes },
  ],
  allScopes: { scopes: Object.keys(SCOPES), userScopes: [] },
  scopeWords: (scope) => SCOPES[scope] ?? scope,
  denied: () => ({ error: 'access_denied', error_description: 'The user denied the request.' }),
  tokens: (mockRequest, [issued]) =>
    json(200, {
      access_token: issued?.access.value,
      refresh_token: issued?.refresh?.value,
      // With a space at the end: the documentation says that it is meant.
      token_type: 'Bearer ',
      scope: issued?.grant.scopes.join(' '),
      expires_in: secondsUntil(issued?.access.expiresAt, mockRequest.now),
      refresh_expires_in: secondsUntil(issued?.refresh?.expiresAt, mockRequest.now),
    }),
  refuse: (kind) => FAULTS[kind](),
};

function secondsUntil(expiresAt: number | undefined, now: number): number {
  return Math.round(((expiresAt ?? now) - now) / 1000);
}

export const oauthRoutes = [authorizeRoute('/oauth2/v1/authorize'), tokenRoute('/oauth2/v1/token')];
