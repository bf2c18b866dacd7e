import { bearer, type MockRequest } from '../core/request.js';
import { text } from '../core/fields.js';
import type { MockProvider } from '../core/mock-provider.js';
import type { TokenRefusal } from '../oauth/grants.js';
import { authorizeRoute, tokenRoute } from '../oauth/routes.js';
import { failed, rateLimited } from './errors.js';
import { slackItems } from './item-editor.js';
import { methods, TIERS } from './methods.js';
import { slackOAuth } from './oauth.js';
import { slackWebhooks } from './webhooks.js';

const REFUSALS: Record<TokenRefusal, string> = {
  missing: 'not_authed',
  unknown: 'invalid_auth',
  expired: 'token_expired',
  revoked: 'token_revoked',
};

/** Sources: docs.slack.dev (installing-with-oauth, using-token-rotation, reference/methods, rate-limits); SDK 8.2. */
export const slack: MockProvider = {
  id: 'slack',
  title: 'Slack',
  color: '#611f69',
  accounts: [
    {
      id: 'T05FERNHILL',
      name: 'Fernhill Studio',
      note: '46 channels, 15 direct messages, 70 people, an app',
      sizes: { channels: 40, privateChannels: 6, mpims: 3, ims: 12, users: 70, messages: 120 },
    },
    {
      id: 'T05QUARRY01',
      name: 'Quarry & Pine',
      note: '5 channels, 2 direct messages, 4 people, an app',
      sizes: { channels: 4, privateChannels: 1, mpims: 0, ims: 2, users: 4, messages: 8 },
    },
    {
      id: 'E05LANTERNG',
      name: 'Lantern Group',
      note: 'Installed for the whole organization, not for one workspace',
      sizes: { channels: 8, privateChannels: 0, mpims: 0, ims: 0, users: 9, messages: 5 },
    },
  ],
  sizeNames: ['channels', 'privateChannels', 'mpims', 'ims', 'users', 'messages', 'hiddenMessages'],
  limits: TIERS,
  oauth: slackOAuth,
  routes: [authorizeRoute('/oauth/v2/authorize'), tokenRoute('/api/oauth.v2.access'), ...methods],
  items: slackItems,
  webhooks: slackWebhooks,
  // In the header or, for a POST, in the body. A token in the query has been refused since 2021.
  presentedToken: (request: MockRequest) => bearer(request.headers) ?? text(request.body['token']),
  rejectToken: (_, why) => failed(REFUSALS[why]),
  rateLimited: (_, spent) => rateLimited(spent ? Math.ceil(spent.waitMs / 1000) : 30),
  serverError: (_, status) => ({ status, headers: { 'content-type': 'text/html' }, body: '<html>Server Error</html>' }),
  notFound: ({ path }) => failed('unknown_method', { req_method: path.split('/').at(-1) }),
  badCursor: () => failed('invalid_cursor'),
  finalize(request, response, session) {
    const scopes: Record<string, string> = session ? { 'x-oauth-scopes': [...session.scopes].join(',') } : {};
    return {
      ...response,
      headers: { ...response.headers, ...scopes, 'x-slack-req-id': request.requestId.replaceAll('-', '') },
    };
  },
};
