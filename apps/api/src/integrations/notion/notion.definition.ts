import { defineIntegration, words } from '../integration-definition.js';

/** https://developers.notion.com/guides/get-started/authorization */
const VERSION = { 'notion-version': '2026-03-11' };

/** The rows of a database are pages, or data sources where it is a wiki. */
const ROWS = { types: ['page', 'data-source'], parent: '{id}' };

const LOCATION = { name: 'parentType', label: 'Located in' };

const CONTAINER = { description: 'a data source or a database', required: false };

/** https://developers.notion.com/reference/search-optimizations-and-limitations */
const SEARCH =
  "Notion's search does not guarantee to find everything that the connection has access to. With a data source as the parent, all of its rows are loaded.";

export const notion = defineIntegration({
  id: 'notion',
  name: 'Notion',
  description: 'Pages, databases and data sources of a Notion workspace that the user picks.',
  category: 'knowledge',
  docsUrl: 'https://developers.notion.com/guides/get-started/authorization',
  // A Notion connection has capabilities instead of scopes.
  permissions: {},
  setup: {
    url: 'https://www.notion.so/profile/integrations',
    steps: [
      'Choose "New integration" and select the type "Public". An internal integration has no OAuth.',
      'Add the redirect URI under "Redirect URIs".',
      'Under "Capabilities", select "Read content". Without "Read user information", people are shown as ids.',
      'Save. Copy the "OAuth Client ID" and the "OAuth Client Secret" from the "Configuration" tab.',
    ],
  },
  webhooks: {
    secret: 'WEBHOOK_TOKEN',
    steps: [
      'In the settings of the integration, open "Webhooks", choose "Create a subscription", and enter the webhook URL. Select the events of pages, databases and data sources.',
      'Notion sends a verification token to the webhook URL. Set NOTION_WEBHOOK_TOKEN to it, and restart the service.',
      'Choose "Verify", and enter the same token. Notion accepts only the right one.',
    ],
  },
  authorization: {
    url: 'https://api.notion.com/v1/oauth/authorize',
    params: { owner: 'user' },
    pkce: false,
    scopes: [],
    scopeSeparator: ' ',
  },
  token: {
    url: 'https://api.notion.com/v1/oauth/token',
    clientAuthentication: 'basic',
    body: 'json',
    headers: VERSION,
    errors: {
      configuration: ['unauthorized'],
      transient: ['rate_limited', 'conflict_error', 'service_overload'],
    },
  },
  refresh: { onUnauthorized: true },
  revocation: {
    url: 'https://api.notion.com/v1/oauth/revoke',
    clientAuthentication: 'basic',
    body: 'json',
    headers: VERSION,
    token: 'access_token',
  },
  api: {
    url: 'https://api.notion.com',
    namesInPaths: {
      pathWords: words(
        'v1 oauth token introspect revoke search users me pages properties move markdown blocks children databases data_sources query ' +
          'templates views queries comments file_uploads send complete custom_emojis',
      ),
    },
    ownHeaders: ['x-notion-'],
    headers: VERSION,
    retryAfterSeconds: 10,
  },
  itemTypes: [
    {
      type: 'page',
      label: 'Page',
      pluralLabel: 'Pages',
      properties: [LOCATION],
      byDefault: true,
      parent: CONTAINER,
      notExhaustive: (parent) => (parent === null ? SEARCH : null),
      changes: { granularitySeconds: 60, archived: true },
    },
    {
      type: 'data-source',
      label: 'Data source',
      pluralLabel: 'Data sources',
      contents: ROWS,
      properties: [
        { name: 'description', label: 'Description' },
        { name: 'columns', label: 'Properties' },
        { name: 'inline', label: 'Inline' },
        LOCATION,
        { name: 'databaseParentType', label: 'Database located in' },
        { name: 'databaseParentId', label: 'ID of where the database is' },
      ],
      byDefault: true,
      parent: CONTAINER,
      notExhaustive: (parent) => (parent === null ? SEARCH : null),
      changes: { granularitySeconds: 60, archived: true },
    },
    {
      type: 'database',
      label: 'Database',
      pluralLabel: 'Databases',
      byDefault: false,
      contents: ROWS,
      properties: [
        { name: 'description', label: 'Description' },
        { name: 'dataSources', label: 'Data sources' },
        { name: 'inline', label: 'Inline' },
        { name: 'locked', label: 'Locked' },
        LOCATION,
      ],
      notExhaustive: () => SEARCH,
    },
  ],
  rateLimits: [{ name: 'requests', requests: 180, seconds: 60, countedBy: 'connection' }],
});
