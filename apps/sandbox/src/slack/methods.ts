import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { flag } from '../core/fields.js';
import type { DataRoute, AuthorizedSession, RouteContext } from '../core/mock-provider.js';
import { person } from '../data/words.js';
import { conversationInfo, listConversations } from './conversations.js';
import { history, replies } from './history.js';
import { revokeGrants } from '../oauth/revoke-grants.js';
import { fail, ok } from './errors.js';
import { argument, botId, botUserId, checkScope, domainOf, enterpriseOf, isOrg, teamIdOf } from './teams.js';
import { listUsers, userId, userInfo } from './users.js';

/** Tiers of docs.slack.dev/apis/web-api/rate-limits, counted per method, team and app. */
export const TIERS = {
  tier1: { requests: 1, seconds: 60 },
  tier2: { requests: 20, seconds: 60 },
  tier3: { requests: 50, seconds: 60 },
  tier4: { requests: 100, seconds: 60 },
  'history-limited': { requests: 1, seconds: 60 },
} as const;

type Tier = keyof typeof TIERS;

const MESSAGES = new Set(['conversations.history', 'conversations.replies']);

function method(name: string, tier: Tier, handle: DataRoute['handle'], as?: 'revoke'): DataRoute {
  return {
    kind: 'data',
    method: 'GET|POST',
    path: `/api/${name}`,
    ...(as ? { as } : {}),
    rateLimitKeys(_, { app, grant }) {
      const rule = MESSAGES.has(name) && app.historyLimited ? 'history-limited' : tier;
      return [{ rule, key: `${name}/${grant.accountId}/${app.clientId}` }];
    },
    handle,
  };
}

function authTest(_: MockRequest, session: AuthorizedSession): MockResponse {
  const { account, seed, grant } = session;
  const bot = grant.actor === 'bot';
  return ok({
    url: `https://${domainOf(account)}.slack.example/`,
    team: account.name,
    user: bot ? 'causeway' : person(`${seed}/users`, 1).first.toLowerCase(),
    team_id: isOrg(account) ? account.id : teamIdOf(account),
    user_id: bot ? botUserId(seed) : userId(session, 1),
    ...(bot ? { bot_id: botId(seed) } : {}),
    ...(isOrg(account) ? { enterprise_id: account.id } : {}),
    is_enterprise_install: isOrg(account),
  });
}

function teamInfo(_: MockRequest, session: AuthorizedSession): MockResponse {
  checkScope(session, 'team:read');
  const { account } = session;
  const org = enterpriseOf(account) ? { enterprise_id: account.id, enterprise_name: account.name } : {};
  const team = {
    id: teamIdOf(account),
    name: account.name,
    domain: domainOf(account),
    email_domain: 'example.com',
    icon: {},
    ...org,
  };
  return ok({ team });
}

/** auth.revoke: one token of the app; the app stays installed. */
function revoke(request: MockRequest, { grant }: AuthorizedSession, context: RouteContext): MockResponse {
  const test = flag(argument(request, 'test'));
  if (!test) revokeGrants(context, [grant], false);
  return ok({ revoked: !test });
}

/** apps.uninstall: all tokens of the app in the workspace. */
function uninstall(request: MockRequest, { grant, app }: AuthorizedSession, context: RouteContext): MockResponse {
  if (argument(request, 'client_id') !== app.clientId) throw fail('client_id_token_mismatch');
  if (argument(request, 'client_secret') !== app.clientSecret) throw fail('bad_client_secret');
  const { provider, clientId, accountId } = grant;
  const ofApp = context.sandbox.grantsOf(provider, accountId).filter((one) => one.clientId === clientId);
  revokeGrants(context, ofApp, true);
  return ok({});
}

export const methods: readonly DataRoute[] = [
  method('conversations.list', 'tier2', listConversations),
  method('conversations.info', 'tier3', conversationInfo),
  method('conversations.history', 'tier3', history),
  method('conversations.replies', 'tier3', replies),
  method('users.list', 'tier2', listUsers),
  method('users.info', 'tier4', userInfo),
  method('team.info', 'tier3', teamInfo),
  method('auth.test', 'tier4', authTest),
  method('auth.teams.list', 'tier2', (_, { account }) =>
    ok({ teams: [{ id: teamIdOf(account), name: account.name }], response_metadata: { next_cursor: '' } }),
  ),
  method('auth.revoke', 'tier3', revoke, 'revoke'),
  method('apps.uninstall', 'tier1', uninstall, 'revoke'),
];
