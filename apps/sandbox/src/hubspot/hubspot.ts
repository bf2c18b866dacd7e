import { bearer } from '../core/request.js';
import type { MockProvider } from '../core/mock-provider.js';
import { dataRoutes } from './data-routes.js';
import { invalid, rateLimited, refuseToken, serverError, unknownObject } from './errors.js';
import { hubspotOAuth } from './oauth.js';
import { EU_PORTAL, STARTER_PORTAL } from './portals.js';
import { hubspotJournal } from './journal.js';
import { journalRoutes } from './journal-routes.js';
import { oauthRoutes } from './oauth-routes.js';
import { hubspotWebhooks } from './webhooks.js';
import { hubspotItems } from './item-editor.js';

/** Observed; not documented. */
const MAX_QUERY_LENGTH = 14_000;

/** Sources: HubSpot's published OpenAPI documents (2026-09), usage-guidelines, error-handling; SDK 13.5. */
export const hubspot: MockProvider = {
  id: 'hubspot',
  title: 'HubSpot',
  color: '#d9532c',
  accounts: [
    {
      id: EU_PORTAL,
      name: 'Northwind Kites',
      note: 'EU portal: 250 contacts (5 more archived), 60 companies, 40 deals, 25 tickets, 18 boats',
      sizes: { contacts: 250, companies: 60, deals: 40, tickets: 25, owners: 5, boats: 18 },
    },
    {
      id: STARTER_PORTAL,
      name: 'Copper Lanterns',
      note: 'US portal: 12 contacts, 4 companies; grants no optional permissions',
      sizes: { contacts: 12, companies: 4, deals: 3, tickets: 0, owners: 1 },
    },
  ],
  sizeNames: [
    ...['contacts', 'companies', 'deals', 'tickets', 'owners', 'boats'],
    ...['customProperties', 'associationsPerRecord', 'misorderedSearch'],
  ],
  limits: { account: { requests: 110, seconds: 10 }, search: { requests: 5, seconds: 1 } },
  oauth: hubspotOAuth,
  routes: [...oauthRoutes, ...dataRoutes, ...journalRoutes],
  items: hubspotItems,
  webhooks: hubspotWebhooks,
  journal: hubspotJournal,
  presentedToken: ({ headers }) => bearer(headers),
  rejectToken: refuseToken,
  validate: ({ rawQuery }) => (rawQuery.length > MAX_QUERY_LENGTH ? { status: 414, body: '' } : undefined),
  rateLimited: (_, use, reason) => rateLimited(use, reason),
  serverError: (_, status) => serverError(status),
  notFound: () => unknownObject(),
  badCursor: () => invalid('The paging cursor is no longer valid').response,
  finalize(request, response, _, uses) {
    const headers: Record<string, string> = { ...response.headers, 'x-hubspot-correlation-id': request.requestId };
    const account = uses.find(({ rule }) => rule === 'account');
    if (account) {
      headers['x-hubspot-ratelimit-max'] = String(account.limit.requests);
      headers['x-hubspot-ratelimit-remaining'] = String(account.remaining);
      headers['x-hubspot-ratelimit-interval-milliseconds'] = String(account.limit.seconds * 1000);
    }
    return { ...response, headers };
  },
};
