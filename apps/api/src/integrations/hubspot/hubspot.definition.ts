import { defineIntegration, type ItemType } from '../integration-definition.js';

/** What the records of all CRM objects have in common; custom objects have no more. */
export const customObject = (type: string): ItemType => ({
  type,
  byDefault: false,
  namedProperties: true,
  archived: true,
  changes: { granularitySeconds: 0.001 },
});

export const hubspot = defineIntegration({
  id: 'hubspot',
  name: 'HubSpot',
  description: 'Contacts, companies, deals, tickets and owners of a HubSpot account.',
  category: 'crm',
  docsUrl: 'https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens',
  authorization: {
    url: 'https://app.hubspot.com/oauth/authorize',
    pkce: true,
    scopes: [
      'oauth',
      'crm.objects.contacts.read',
      'crm.objects.companies.read',
      'crm.objects.deals.read',
      'tickets',
      'crm.objects.owners.read',
    ],
    // HubSpot refuses a request for scopes that the app is not configured with; custom objects need `crm.objects.custom.read` as well.
    scopeSeparator: ' ',
  },
  token: {
    url: 'https://api.hubapi.com/oauth/2026-09/token',
    clientAuthentication: 'body',
    body: 'form',
    // `status` of a response whose `error` may be absent.
    errors: {
      revoked: ['BAD_REFRESH_TOKEN'],
      configuration: ['BAD_CLIENT_ID', 'BAD_CLIENT_SECRET'],
    },
  },
  // "Unauthorized (401) requests are not a valid indicator that a new access token must be retrieved" (usage guidelines).
  refresh: { onUnauthorized: false },
  revocation: {
    url: 'https://api.hubapi.com/oauth/2026-09/token/revoke',
    clientAuthentication: 'body',
    body: 'form',
    token: 'refresh_token',
  },
  introspection: {
    url: 'https://api.hubapi.com/oauth/2026-09/token/introspect',
    clientAuthentication: 'body',
    body: 'form',
  },
  api: { url: 'https://api.hubapi.com', ownHeaders: ['x-hubspot-'], retryAfterSeconds: 10 },
  itemTypes: [
    ...(['contact', 'company', 'deal', 'ticket'] as const).map((type) => ({
      ...customObject(type),
      type,
      byDefault: true,
    })),
    { type: 'owner', byDefault: false, archived: true },
  ],
  rateLimits: [
    {
      name: 'requests',
      requests: 110,
      seconds: 10,
      countedBy: 'account',
      reportedBy: { remaining: 'x-hubspot-ratelimit-remaining' },
    },
    { name: 'search', requests: 5, seconds: 1, countedBy: 'account', paths: /^\/crm\/.*\/search\/?$/ },
  ],
});
