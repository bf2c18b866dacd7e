import { json } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { text } from '../core/fields.js';
import type { RouteContext, PublicRoute } from '../core/mock-provider.js';
import { person } from '../data/words.js';
import type { PresentedToken } from '../oauth/grants.js';
import { authorizeRoute, tokenRoute } from '../oauth/routes.js';
import { requireClient } from '../oauth/token-endpoint.js';
import { unknownObject } from './errors.js';
import { APP_ID, userOf } from './oauth.js';
import { hubDomain } from './portals.js';

const open = (
  as: PublicRoute['as'],
  method: PublicRoute['method'],
  path: string,
  handle: PublicRoute['handle'],
): PublicRoute => ({
  kind: 'token',
  as,
  method,
  path,
  handle,
});

/** Access tokens of a revoked refresh token stay good until they expire; only an uninstall (a revoked grant) ends them. */
const live = (
  { sandbox }: RouteContext,
  request: MockRequest,
  value: string | undefined,
): PresentedToken | undefined => {
  const token = sandbox.grants.findAccess(value) ?? sandbox.grants.findRefresh(value);
  return token?.grant.provider === 'hubspot' && !sandbox.grants.refusal(token, request.now) ? token : undefined;
};

function describe({ grant, expiresAt, value }: PresentedToken, now: number) {
  const isAccess = expiresAt !== undefined;
  return {
    hub_id: Number(grant.accountId),
    user_id: userOf(grant.accountId),
    client_id: grant.clientId,
    app_id: APP_ID,
    user: person(grant.accountId, 0).email,
    hub_domain: hubDomain({ id: grant.accountId }),
    scopes: grant.scopes,
    ...(isAccess ? { expires_in: Math.round((expiresAt - now) / 1000) } : {}),
    token_use: isAccess ? 'access_token' : 'refresh_token',
    token_type: isAccess ? 'access' : 'refresh',
    token: value,
  };
}

/** 200 `{active:false}` for whatever is unknown or revoked. */
const introspect: PublicRoute['handle'] = (request, context) => {
  const app = requireClient(context.sandbox, context.mockProvider, request);
  if ('status' in app) return app;
  const token = live(context, request, text(request.body['token']));
  if (token?.grant.clientId !== app.clientId) return json(200, { active: false });
  const { token: _value, ...described } = describe(token, request.now);
  return json(200, { active: true, ...described, signed_access_token: {}, is_private_distribution: false });
};

const revoke: PublicRoute['handle'] = (request, context) => {
  const app = requireClient(context.sandbox, context.mockProvider, request);
  if ('status' in app) return app;
  kill(context, text(request.body['token']));
  return json(200, {});
};

function kill({ sandbox }: RouteContext, value: string | undefined): void {
  const token = sandbox.grants.findRefresh(value);
  if (token) token.dead = true;
}

/** v1 stops on 2027-02-16; the official SDK knows nothing else. It carries tokens in the path. */
const v1Info: PublicRoute['handle'] = (request, context) => {
  const token = live(context, request, request.params['token']);
  return token ? json(200, describe(token, request.now)) : unknownObject();
};
const v1Delete: PublicRoute['handle'] = (request, context) => {
  kill(context, request.params['token']);
  return { status: 204, body: '' };
};

export const oauthRoutes: readonly PublicRoute[] = [
  authorizeRoute('/oauth/authorize'),
  authorizeRoute('/oauth/:portal/authorize'),
  ...['2026-09', '2026-03', 'v3'].flatMap((version) => [
    tokenRoute(`/oauth/${version}/token`),
    open('introspect', 'POST', `/oauth/${version}/token/introspect`, introspect),
    open('revoke', 'POST', `/oauth/${version}/token/revoke`, revoke),
  ]),
  tokenRoute('/oauth/v1/token'),
  open('introspect', 'GET', '/oauth/v1/access-tokens/:token', v1Info),
  open('introspect', 'GET', '/oauth/v1/refresh-tokens/:token', v1Info),
  open('revoke', 'DELETE', '/oauth/v1/refresh-tokens/:token', v1Delete),
];
