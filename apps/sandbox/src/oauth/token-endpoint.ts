import type { Answer } from '../core/answer.js';
import type { Call } from '../core/call.js';
import { text } from '../core/fields.js';
import type { StandIn } from '../core/stand-in.js';
import type { World } from '../core/world.js';
import type { AuthorizeRequest } from './request.js';
import { authenticateClient } from './client-auth.js';
import type { AuthorizationCode } from './codes.js';
import { type Grant, type Issued, keepNewest, type PresentedToken } from './grants.js';
import { verifies } from './pkce.js';
import type { RegisteredApp } from './registered-app.js';
import type { TokenFault } from './rules.js';

/** The app behind a request to the token, revocation or introspection endpoint, or the refusal. */
export function requireClient(world: World, standIn: StandIn, call: Call): RegisteredApp | Answer {
  const { oauth } = standIn;
  if (call.bodyKind === 'unreadable') return oauth.refuse('body-unreadable', call);
  if (!oauth.tokenBodies.includes(call.bodyKind)) return oauth.refuse('body-kind', call);
  const app = authenticateClient(world.apps, standIn.id, oauth, call);
  if (typeof app === 'string') return oauth.refuse(app, call);
  return oauth.precheck?.(call, app) ?? app;
}

export function token(world: World, standIn: StandIn, call: Call): Answer {
  const app = requireClient(world, standIn, call);
  if ('status' in app) return app;
  const grantType = text(call.body['grant_type']) ?? standIn.oauth.defaultGrantType;
  if (grantType === 'authorization_code') return exchange(world, standIn, call, app);
  if (grantType === 'refresh_token' && standIn.oauth.refresh(app)) return refresh(world, standIn, call, app);
  return standIn.oauth.refuse('grant-type', call);
}

function exchange(world: World, standIn: StandIn, call: Call, app: RegisteredApp): Answer {
  const { oauth } = standIn;
  world.log.exchange(standIn.id);
  const value = text(call.body['code']);
  if (value === undefined) return oauth.refuse('code-missing', call);
  const code = world.codes.find(value);
  if (!code || code.request.app.clientId !== app.clientId) return oauth.refuse('code-unknown', call);
  const fault = codeFault(standIn, call, code);
  if (fault) {
    if (oauth.failureSpendsCode) code.spent = true;
    return oauth.refuse(fault, call);
  }
  code.spent = true;
  return consented(world, standIn, call, code.request, code.accountId);
}

/** Opens the grants of a consent and answers with their first tokens. */
export function consented(
  world: World,
  standIn: StandIn,
  call: Call,
  request: AuthorizeRequest,
  accountId: string,
): Answer {
  const account = standIn.accounts.find(({ id }) => id === accountId);
  if (!account) return standIn.oauth.refuse('code-unknown', call);
  const issued = standIn.oauth
    .drafts(request, account)
    .map((draft) => issue(world, standIn, world.grants.open(draft, call.now), request.app, call.now));
  const seed = world.seedOf(standIn.id, account);
  return standIn.oauth.tokens(call, issued, { account, app: request.app, seed });
}

function codeFault(standIn: StandIn, call: Call, code: AuthorizationCode): TokenFault | undefined {
  if (code.spent) return 'code-used';
  if (code.expiresAt <= call.now) return 'code-expired';
  const { redirectUri, redirectUriGiven, challenge } = code.request;
  if (text(call.body['redirect_uri']) !== (redirectUriGiven ? redirectUri : undefined)) return 'redirect-uri';
  if (standIn.oauth.pkce === 'ignored') return undefined;
  return challenge && !verifies(challenge, text(call.body['code_verifier'])) ? 'verifier' : undefined;
}

function issue(world: World, standIn: StandIn, grant: Grant, app: RegisteredApp, now: number): Issued {
  const { oauth } = standIn;
  const rules = oauth.refresh(app);
  const renews = rules !== undefined && (rules.rotates || grant.refresh.length === 0);
  const issued = world.grants.issue(
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

function refresh(world: World, standIn: StandIn, call: Call, app: RegisteredApp): Answer {
  const value = text(call.body['refresh_token']);
  const presented = world.grants.findRefresh(value);
  world.log.refresh(standIn.id, value, presented?.generation);
  if (value === undefined) return standIn.oauth.refuse('refresh-missing', call);
  if (!presented || presented.grant.clientId !== app.clientId) return standIn.oauth.refuse('refresh-unknown', call);
  const fault = refreshFault(standIn, call, app, presented);
  if (fault) return standIn.oauth.refuse(fault, call);
  const { grant } = presented;
  const account = standIn.accounts.find(({ id }) => id === grant.accountId);
  if (!account) return standIn.oauth.refuse('refresh-unknown', call);
  if (standIn.oauth.refresh(app)?.rotates) presented.spentAt ??= call.now;
  world.log.refreshed(standIn.id, value);
  const seed = world.seedOf(standIn.id, account);
  return standIn.oauth.tokens(call, [issue(world, standIn, grant, app, call.now)], { account, app, seed });
}

function refreshFault(
  standIn: StandIn,
  call: Call,
  app: RegisteredApp,
  presented: PresentedToken,
): TokenFault | undefined {
  if (presented.grant.revoked || presented.dead) return 'refresh-revoked';
  if (presented.expiresAt !== undefined && presented.expiresAt <= call.now) return 'refresh-expired';
  const rules = standIn.oauth.refresh(app);
  if (presented.spentAt === undefined || !rules) return undefined;
  const inGrace = call.now - presented.spentAt < rules.graceSeconds * 1000;
  if (!inGrace) return 'refresh-spent';
  return rules.inGrace === 'conflict' ? 'refresh-in-grace' : undefined;
}
