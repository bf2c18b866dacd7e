import { randomBytes, randomUUID } from 'node:crypto';
import { type MockResponse, json } from '../core/response.js';
import { text } from '../core/fields.js';
import { queryParameter } from '../core/request.js';
import type { OAuthRules, TokenFault } from '../oauth/rules.js';
import { hash } from '../data/hash.js';
import { isEu, STARTER_PORTAL } from './portals.js';

export const APP_ID = 1_160_452;

const SCOPES: Record<string, string> = {
  oauth: 'Basic access to the account, such as its ID and time zone',
  'crm.objects.contacts.read': 'View properties and other details about contacts',
  'crm.objects.companies.read': 'View properties and other details about companies',
  'crm.objects.deals.read': 'View properties and other details about deals',
  'crm.objects.owners.read': 'View details about users assigned to a CRM record',
  'crm.objects.contacts.write': 'View properties and create, delete, or make changes to contacts',
  'crm.objects.custom.read': 'View properties and other details about custom objects',
  tickets: 'View, create, delete, or make changes to tickets',
};

/** Of the app itself. */
const APP_SCOPES = ['read', 'subscriptions.read', 'subscriptions.write', 'snapshots.read', 'snapshots.write'].map(
  (scope) => `developer.webhooks_journal.${scope}`,
);

const fault = (status: string, error: string, message: string): (() => MockResponse) => {
  return () => json(400, { error, error_description: message, status, message, correlationId: randomUUID() });
};
const badRefresh = fault('BAD_REFRESH_TOKEN', 'invalid_grant', 'refresh token is invalid, expired or revoked');
const badCode = fault('BAD_AUTH_CODE', 'invalid_grant', 'missing or unknown auth code');
const badScope = fault('BAD_SCOPE', 'invalid_scope', 'one or more scopes are invalid');
const badClient = fault('BAD_CLIENT_ID', 'invalid_client', 'missing or invalid client id');

const FAULTS: Record<TokenFault, () => MockResponse> = {
  'body-unreadable': () => ({
    status: 415,
    headers: { 'content-type': 'text/html' },
    body: '<html>415 Unsupported Media Type</html>',
  }),
  'body-kind': () => ({
    status: 415,
    headers: { 'content-type': 'text/html' },
    body: '<html>415 Unsupported Media Type</html>',
  }),
  'client-missing': badClient,
  'client-unknown': badClient,
  'client-secret': fault('BAD_CLIENT_SECRET', 'invalid_client', 'missing or invalid client secret'),
  'client-misplaced': badClient,
  'grant-type': fault('BAD_GRANT_TYPE', 'unsupported_grant_type', 'missing or unknown grant type'),
  'code-missing': badCode,
  'code-unknown': badCode,
  'code-used': badCode,
  'code-expired': fault('EXPIRED_AUTH_CODE', 'invalid_grant', 'expired auth code'),
  'redirect-uri': fault('BAD_REDIRECT_URI', 'invalid_grant', 'missing or invalid redirect uri'),
  verifier: fault('BAD_CODE_VERIFIER', 'invalid_grant', 'missing or invalid code verifier'),
  'refresh-missing': badRefresh,
  'refresh-unknown': badRefresh,
  'refresh-spent': badRefresh,
  'refresh-in-grace': badRefresh,
  'refresh-expired': badRefresh,
  'refresh-revoked': badRefresh,
};

const listed = (value: string | undefined) => (value ?? '').split(' ').filter(Boolean);

export const userOf = (accountId: string): number => 10_000 + (hash(accountId) % 90_000);

export const hubspotOAuth: OAuthRules = {
  tokenBodies: ['form'],
  clientAuth: 'body',
  pkce: 'optional',
  codeTtlSeconds: 600,
  failureSpendsCode: false,
  redirectMatch: 'exact',
  accessTtlSeconds: () => 1800,
  refresh: () => ({ rotates: false, graceSeconds: 0, inGrace: 'works', activeAccessTokens: Infinity }),
  extendsGrant: ({ oneGrant = false }) => oneGrant,
  newCode: () => `na1-${randomUUID()}`,
  // Up to 512 characters.
  newAccessToken: () => `C${randomBytes(120).toString('base64url')}`,
  newRefreshToken: ({ accountId }) => `${isEu({ id: accountId }) ? 'eu1' : 'na1'}-${randomUUID()}`,
  inspect(mockRequest, request) {
    // HubSpot wants spaces as %20; with `+` the whole list is one scope that does not exist.
    const plus = mockRequest.method === 'GET' && /(^|&)scope=[^&]*\+/.test(mockRequest.rawQuery);
    request.scopes = plus
      ? [(queryParameter(mockRequest, 'scope') ?? '').replaceAll(' ', '+')]
      : listed(queryParameter(mockRequest, 'scope'));
    const optional = listed(queryParameter(mockRequest, 'optional_scope'));
    const allowed = request.app.allowedScopes ?? Object.keys(SCOPES);
    const wrong = [...request.scopes, ...optional].filter((scope) => !allowed.includes(scope));
    if (request.scopes.length === 0) return { page: 'Authorization failed because the request names no scopes.' };
    if (wrong.length > 0)
      return { page: `Authorization failed because one or more scopes are invalid: ${wrong.join(', ')}` };
    request.userScopes = optional;
    return undefined;
  },
  drafts: ({ app, scopes, userScopes }, account) => {
    const granted = account.id === STARTER_PORTAL ? scopes : [...new Set([...scopes, ...userScopes])];
    return [{ provider: 'hubspot', clientId: app.clientId, accountId: account.id, actor: 'user', scopes: granted }];
  },
  allScopes: { scopes: Object.keys(SCOPES), userScopes: [] },
  scopeWords: (scope) => SCOPES[scope] ?? scope,
  // What happens after a refusal is not documented: a redirect as everywhere else, or none (`denialStays`).
  denied: ({ app }) =>
    app.denialStays ? undefined : { error: 'access_denied', error_description: 'The user denied access.' },
  precheck: (mockRequest) => (mockRequest.rawQuery.includes('client_secret=') ? badClient() : undefined),
  tokens: (mockRequest, [issued], { account }) =>
    json(200, {
      token_type: 'bearer',
      refresh_token: issued?.refresh?.value,
      access_token: issued?.access.value,
      hub_id: Number(account.id),
      scopes: issued?.grant.scopes,
      expires_in: Math.round(((issued?.access.expiresAt ?? mockRequest.now) - mockRequest.now) / 1000),
      token_use: 'access_token',
      user_id: userOf(account.id),
    }),
  clientCredentials(mockRequest, app) {
    const scopes = listed(text(mockRequest.body['scope']));
    const wrong = scopes.filter((scope) => !APP_SCOPES.includes(scope));
    if (scopes.length === 0 || wrong.length > 0) return badScope();
    const value = `A${randomBytes(60).toString('base64url')}`;
    // An app that is limited to scopes has none of these, unless they are among them.
    const allowed = scopes.filter((scope) => app.allowedScopes?.includes(scope) ?? true);
    return { value, clientId: app.clientId, scopes: new Set(allowed), expiresAt: mockRequest.now + 1800_000 };
  },
  refuse: (kind) => FAULTS[kind](),
};
