import type { MockProvider } from '../core/mock-provider.js';
import { bearer } from '../core/request.js';
import { dataRoutes } from './data-routes.js';
import { problem, serverError } from './errors.js';
import { notionItems } from './item-editor.js';
import { badCursor } from './listing.js';
import { notionOAuth, oauthRoutes } from './oauth.js';
import { checkVersion } from './versions.js';
import { notionWebhooks } from './webhooks.js';

/** Sources: developers.notion.com (authorization, search, status-codes, request-limits), SDK 5.26 types. */
export const notion: MockProvider = {
  id: 'notion',
  title: 'Notion',
  color: '#6b5b95',
  accounts: [
    {
      id: '5a1d0c7e-0000-8000-a000-000000000001',
      name: 'Fernhill Studio',
      note: '130 pages, 2 of them in the trash, 8 data sources',
      sizes: { pages: 50, dataSources: 8, rowsPerDataSource: 10, users: 12 },
    },
    {
      id: '5a1d0c7e-0000-8000-a000-000000000002',
      name: 'Quarry & Pine',
      note: '9 pages, 1 data source',
      sizes: { pages: 6, dataSources: 1, rowsPerDataSource: 3, users: 3 },
    },
    {
      id: '5a1d0c7e-0000-8000-a000-000000000003',
      name: 'Juniper Archive',
      note: 'The connection belongs to the workspace; nothing is shared with it yet',
      sizes: { pages: 0, dataSources: 0, rowsPerDataSource: 0, users: 1 },
    },
  ],
  sizeNames: [
    'pages',
    'dataSources',
    'rowsPerDataSource',
    'users',
    'blocks',
    'references',
    'blockDepth',
    'unindexedRows',
    'searchLimit',
  ],
  // Business and Enterprise workspaces have 600.
  limits: { connection: { requests: 180, seconds: 60 } },
  oauth: notionOAuth,
  routes: [...oauthRoutes, ...dataRoutes],
  items: notionItems,
  webhooks: notionWebhooks,
  presentedToken: ({ headers }) => bearer(headers),
  rejectToken: () => problem(401, 'unauthorized', 'API token is invalid.'),
  validate: checkVersion,
  rateLimited(_, use, reason = 'public_api_request_rate_limit') {
    const seconds = String(Math.ceil((use?.waitMs ?? 1000) / 1000));
    return problem(429, 'rate_limited', 'You have been rate limited. Please try again in a few minutes.', {
      additional_data: { rate_limit_reason: reason, retry_after: seconds },
      headers: { 'retry-after': seconds },
    });
  },
  serverError: (_, status) => serverError(status),
  notFound: () => problem(400, 'invalid_request_url', 'Invalid request URL.'),
  badCursor,
  finalize(request, response) {
    const headers = { ...response.headers, 'x-notion-request-id': request.requestId };
    if (typeof response.body === 'string') return { ...response, headers };
    return { ...response, headers, body: { ...(response.body as object), request_id: request.requestId } };
  },
};
