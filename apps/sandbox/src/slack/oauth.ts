import { randomBytes, randomInt } from 'node:crypto';
import { queryParameter } from '../core/request.js';
import { text } from '../core/fields.js';
import { slackIds } from '../data/ids.js';
import type { Issued } from '../oauth/grants.js';
import type { OAuthRules, TokenFault } from '../oauth/rules.js';
import { failed, ok } from './errors.js';
import { appIdOf, botUserId, enterpriseOf, isOrg, teamIdOf } from './teams.js';

const SCOPES: Record<string, string> = {
  'channels:read': 'View basic information about public channels in a workspace',
  'groups:read': 'View basic information about private channels that the app has been added to',
  'im:read': 'View basic information about direct messages that the app has been added to',
  'mpim:read': 'View basic information about group direct messages that the app has been added to',
  'channels:history': 'View messages and other content in public channels that the app has been added to',
  'groups:history': 'View messages and other content in private channels that the app has been added to',
  'im:history': 'View messages and other content in direct messages that the app has been added to',
  'mpim:history': 'View messages and other content in group direct messages that the app has been added to',
  'channels:join': 'Join public channels in a workspace',
  'users:read': 'View people in a workspace',
  'users:read.email': 'View email addresses of people in a workspace',
  'team:read': 'View the name, email domain, and icon of the workspace',
  'search:read': 'Search messages on your behalf',
};

const FAULTS: Record<TokenFault, string> = {
  'body-unreadable': 'invalid_json',
  'body-kind': 'invalid_post_type',
  'client-missing': 'invalid_client_id',
  'client-unknown': 'invalid_client_id',
  'client-secret': 'bad_client_secret',
  'client-misplaced': 'bad_client_secret',
  'grant-type': 'invalid_grant_type',
  'code-missing': 'invalid_code',
  'code-unknown': 'invalid_code',
  'code-used': 'code_already_used',
  'code-expired': 'invalid_code',
  'redirect-uri': 'bad_redirect_uri',
  verifier: 'invalid_code_verifier',
  'refresh-missing': 'invalid_refresh_token',
  'refresh-unknown': 'invalid_refresh_token',
  'refresh-spent': 'invalid_refresh_token',
  'refresh-in-grace': 'invalid_refresh_token',
  'refresh-expired': 'invalid_refresh_token',
  'refresh-revoked': 'invalid_refresh_token',
};

const listed = (value: string | undefined) => (value ?? '').split(/[,\s]+/).filter(Boolean);
const digits = () => String(randomInt(1e11, 1e12));
const random = (bytes: number) => randomBytes(bytes).toString('hex');

/** One token of the token response. With rotation, the token expires and has a refresh token. */
const tokenFields = ({ grant, access, refresh }: Issued, now: number) => ({
  access_token: access.value,
  token_type: grant.actor,
  scope: grant.scopes.join(','),
  ...(refresh && access.expiresAt !== undefined
    ? { expires_in: Math.round((access.expiresAt - now) / 1000), refresh_token: refresh.value }
    : {}),
});

export const slackOAuth: OAuthRules = {
  tokenBodies: ['form', 'json'],
  clientAuth: 'either',
  pkce: 'ignored',
  codeTtlSeconds: 600,
  failureSpendsCode: false,
  redirectMatch: 'below',
  defaultGrantType: 'authorization_code',
  accessTtlSeconds: ({ rotation }) => (rotation ? 43_200 : undefined),
  refresh: ({ rotation, refreshGraceSeconds = 60 }) =>
    rotation
      ? { rotates: true, graceSeconds: refreshGraceSeconds, inGrace: 'works', activeAccessTokens: 2 }
      : undefined,
  // There is one token per workspace, app and actor; scopes add up. What rotation makes of that is not documented.
  extendsGrant: ({ rotation = false }) => !rotation,
  newCode: () => `${digits()}.${digits()}.${random(32)}`,
  newAccessToken({ actor }, { rotation }) {
    const prefix = actor === 'bot' ? 'xoxb-' : 'xoxp-';
    return rotation ? `xoxe.${prefix}1-${random(80)}` : `${prefix}${digits()}-${digits()}-${random(12)}`;
  },
  newRefreshToken: () => `xoxe-1-${random(70)}`,
  inspect(mockRequest, request) {
    request.scopes = listed(queryParameter(mockRequest, 'scope'));
    request.userScopes = listed(queryParameter(mockRequest, 'user_scope'));
    const all = [...request.scopes, ...request.userScopes];
    const wrong = all.filter((scope) => !(scope in SCOPES));
    if (all.length === 0) return { page: 'Invalid permissions requested: no scopes (no_scopes).' };
    if (wrong.length > 0) return { page: `Invalid permissions requested: ${wrong.join(', ')} (invalid_scope).` };
    // Slack sends `state=` back even when there was none.
    request.state ??= '';
    return undefined;
  },
  drafts({ app, scopes, userScopes }, account) {
    const about = { provider: 'slack' as const, clientId: app.clientId, accountId: account.id };
    const bot = scopes.length > 0 ? [{ ...about, actor: 'bot' as const, scopes }] : [];
    const user = userScopes.length > 0 ? [{ ...about, actor: 'user' as const, scopes: userScopes }] : [];
    return [...bot, ...user];
  },
  allScopes: { scopes: Object.keys(SCOPES).filter((scope) => scope !== 'search:read'), userScopes: [] },
  scopeWords: (scope) => SCOPES[scope] ?? scope,
  denied: () => ({ error: 'access_denied' }),
  // PKCE is an opt-in that makes an app a public client; the apps here have not opted in.
  precheck: (mockRequest) => (text(mockRequest.body['code_verifier']) ? failed('pkce_not_allowed') : undefined),
  tokens(mockRequest, issued, { account, app, seed }) {
    const bot = issued.find(({ grant }) => grant.actor === 'bot');
    const user = issued.find(({ grant }) => grant.actor === 'user');
    const place = {
      app_id: appIdOf(app.clientId),
      team: isOrg(account) ? null : { id: teamIdOf(account), name: account.name },
      enterprise: enterpriseOf(account),
      is_enterprise_install: isOrg(account),
    };
    // A refresh of a user token answers at the top level, like that of a bot token.
    if (text(mockRequest.body['grant_type']) === 'refresh_token' && user)
      return ok({ ...tokenFields(user, mockRequest.now), ...place });
    const id = slackIds.encode('U0', `${seed}/user`, 1);
    return ok({
      ...(bot ? { ...tokenFields(bot, mockRequest.now), bot_user_id: botUserId(seed) } : {}),
      ...place,
      authed_user: user ? { id, ...tokenFields(user, mockRequest.now) } : { id },
    });
  },
  refuse: (fault) => failed(FAULTS[fault]),
};
