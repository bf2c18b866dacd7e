import { defineIntegration } from '../integration-definition.js';

export const airtable = defineIntegration({
  id: 'airtable',
  name: 'Airtable',
  description: 'Bases, tables and records of the Airtable workspaces that the user picks.',
  category: 'database',
  docsUrl: 'https://airtable.com/developers/web/api/oauth-reference',
  authorization: {
    url: 'https://airtable.com/oauth2/v1/authorize',
    pkce: true,
    scopes: ['schema.bases:read', 'data.records:read', 'user.email:read'],
    scopeSeparator: ' ',
  },
  token: {
    url: 'https://airtable.com/oauth2/v1/token',
    clientAuthentication: 'basic',
    body: 'form',
  },
  refresh: { onUnauthorized: true },
  // No revocation is documented.
  api: { url: 'https://api.airtable.com', retryAfterSeconds: 30 },
  itemTypes: [
    { type: 'base', byDefault: true },
    { type: 'table', byDefault: true },
    { type: 'record', byDefault: false, changes: { granularitySeconds: 0.001 } },
  ],
  rateLimits: [
    {
      name: 'base',
      requests: 5,
      seconds: 1,
      countedBy: 'account',
      paths: /^\/v0\/(meta\/bases\/|bases\/)?(?<subject>app\w+)(\/|$)/,
    },
    { name: 'user', requests: 50, seconds: 1, countedBy: 'account', paths: /^\/v0\/meta\/(?!bases\/.)/ },
  ],
});
