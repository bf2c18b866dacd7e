import { createHmac, randomBytes } from 'node:crypto';
import type { AccountData } from '../core/account.js';
import { text } from '../core/fields.js';
import type { Grant } from '../oauth/grants.js';
import type { WebhookRules } from '../webhooks/webhook-rules.js';
import { asTs } from './messages.js';
import { appIdOf, botUserId, enterpriseOf, isOrg, teamIdOf } from './teams.js';
import { member, userId } from './users.js';

/** Of the time before signatures; apps may still compare it. */
const VERIFICATION_TOKEN = 'mock-verification-token';

const userOf = (data: AccountData, { actor }: Grant) => (actor === 'bot' ? botUserId(data.seed) : userId(data, 1));

function retryReason(error: string | null): string {
  if (error === 'timeout') return 'http_timeout';
  return error === null ? 'http_error' : 'connection_failed';
}

/** docs.slack.dev: events API, verifying requests from Slack. */
export const slackWebhooks: WebhookRules = {
  timeoutMs: 3000,
  retryDelays: [0, 60, 300],
  batch: 1,
  isDated: true,
  newSecret: () => randomBytes(16).toString('hex'),
  handshake() {
    const challenge = randomBytes(26).toString('hex');
    return { body: { token: VERIFICATION_TOKEN, challenge, type: 'url_verification' }, signed: true, challenge };
  },
  complete(event, { data, app, grants, now }) {
    const enterprise_id = enterpriseOf(data.account) === null ? null : data.account.id;
    const team_id = teamIdOf(data.account);
    // One of the installations that an event is for: the bot's, if there is one.
    const grant = grants.find(({ actor }) => actor === 'bot') ?? grants[0];
    const authorization = grant && {
      enterprise_id,
      team_id: isOrg(data.account) ? null : team_id,
      user_id: userOf(data, grant),
      is_bot: grant.actor === 'bot',
      is_enterprise_install: isOrg(data.account),
    };
    return {
      token: VERIFICATION_TOKEN,
      team_id,
      context_team_id: team_id,
      context_enterprise_id: enterprise_id,
      api_app_id: appIdOf(app.clientId),
      event: { event_ts: text(event['ts']) ?? asTs(now * 1000), ...event },
      type: 'event_callback',
      event_id: `Ev0${randomBytes(5).toString('hex').toUpperCase().slice(0, 9)}`,
      event_time: Math.floor(now / 1000),
      authorizations: [authorization],
      is_ext_shared_channel: false,
      event_context: `4-${randomBytes(24).toString('base64url')}`,
    };
  },
  body: ([event]) => event,
  headers({ secret, body, timestamp }) {
    const seconds = String(Math.floor(timestamp / 1000));
    const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
    return { 'x-slack-request-timestamp': seconds, 'x-slack-signature': `v0=${signature}` };
  },
  retryHeaders: (attempt, previous) => ({
    'x-slack-retry-num': String(attempt - 1),
    // A retry after a response in time follows from a response that was lost.
    'x-slack-retry-reason':
      previous?.status != null && previous.status < 300 ? 'http_timeout' : retryReason(previous?.error ?? null),
  }),
  revoked(data, grants, isUninstalled) {
    const of = (actor: Grant['actor']) =>
      grants.filter((grant) => grant.actor === actor).map((grant) => userOf(data, grant));
    const tokens = { oauth: of('user'), bot: of('bot') };
    return [{ type: 'tokens_revoked', tokens }, ...(isUninstalled ? [{ type: 'app_uninstalled' }] : [])];
  },
  sample(data, index) {
    const users = data.sizes['users'] ?? 0;
    if (users === 0) return undefined;
    return { type: 'user_change', user: member(data, 1 + (index % users), true), cache_ts: 0 };
  },
};
