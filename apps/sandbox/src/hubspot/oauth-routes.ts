import { json } from '../core/answer.js';
import type { Call } from '../core/call.js';
import { text } from '../core/fields.js';
import type { Here, OpenRoute } from '../core/stand-in.js';
import { person } from '../data/words.js';
import type { PresentedToken } from '../oauth/grants.js';
import { authorizeRoute, tokenRoute } from '../oauth/routes.js';
import { requireClient } from '../oauth/token-endpoint.js';
import { unknownObject } from './errors.js';
import { userOf } from './oauth.js';

const APP_ID = 1_160_452;

const open = (
  as: OpenRoute['as'],
  method: OpenRoute['method'],
  path: string,
  handle: OpenRoute['handle'],
): OpenRoute => ({
  kind: 'token',
  as,
  method,
  path,
  handle,
});

/** Access tokens of a revoked refresh token stay good until they expire; only an uninstall (a revoked grant) ends them. */
const live = ({ world }: Here, call: Call, value: string | undefined): PresentedToken | undefined => {
  const token = world.grants.findAccess(value) ?? world.grants.findRefresh(value);
  return token?.grant.provider === 'hubspot' && !world.grants.refusal(token, call.now) ? token : undefined;
};

function describe({ grant, expiresAt, value }: PresentedToken, now: number) {
  const isAccess = expiresAt !== undefined;
  return {
    hub_id: Number(grant.accountId),
    user_id: userOf(grant.accountId),
    client_id: grant.clientId,
    app_id: APP_ID,
    user: person(grant.accountId, 0).email,
    hub_domain: `portal-${grant.accountId}.example.com`,
    scopes: grant.scopes,
    ...(isAccess ? { expires_in: Math.round((expiresAt - now) / 1000) } : {}),
    token_use: isAccess ? 'access_token' : 'refresh_token',
    token_type: isAccess ? 'access' : 'refresh',
    token: value,
  };
}

/** 200 `{active:false}` for whatever is unknown or revoked. */
const introspect: OpenRoute['handle'] = (call, here) => {
  const app = requireClient(here.world, here.standIn, call);
  if ('status' in app) return app;
  const token = live(here, call, text(call.body['token']));
  if (token?.grant.clientId !== app.clientId) return json(200, { active: false });
  const { token: _value, ...described } = describe(token, call.now);
  return json(200, { active: true, ...described, signed_access_token: {}, is_private_distribution: false });
};

const revoke: OpenRoute['handle'] = (call, here) => {
  const app = requireClient(here.world, here.standIn, call);
  if ('status' in app) return app;
  kill(here, text(call.body['token']));
  return json(200, {});
};

function kill({ world }: Here, value: string | undefined): void {
  const token = world.grants.findRefresh(value);
  if (token) token.dead = true;
}

/** v1 stops on 2027-02-16; the official SDK knows nothing else. It carries tokens in the path. */
const v1Info: OpenRoute['handle'] = (call, here) => {
  const token = live(here, call, call.params['token']);
  return token ? json(200, describe(token, call.now)) : unknownObject();
};
const v1Delete: OpenRoute['handle'] = (call, here) => {
  kill(here, call.params['token']);
  return { status: 204, body: '' };
};

export const oauthRoutes: readonly OpenRoute[] = [
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
