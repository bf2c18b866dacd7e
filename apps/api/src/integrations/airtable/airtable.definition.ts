import { defineIntegration, words } from '../integration-definition.js';

/** An administrator's block of this app looks like an account without bases. */
const NOT_ALL_BASES = 'Airtable does not say whether its list of bases is complete.';
/** The tables of a base, and the records of a table, are all there. */
const unlessInParent = (parent: string | null) => (parent === null ? NOT_ALL_BASES : null);

export const airtable = defineIntegration({
  id: 'airtable',
  name: 'Airtable',
  description: 'Bases, tables and records of the Airtable workspaces that the user picks.',
  category: 'database',
  docsUrl: 'https://airtable.com/developers/web/api/oauth-reference',
  permissions: {
    'schema.bases:read': 'See the structure of a base, like table names or field types',
    'data.records:read': 'See the data in records',
    'data.records:write': 'Create, edit, and delete records',
    'data.recordComments:read': 'See comments in records',
    'user.email:read': "See the user's email address",
    'webhook:manage': 'View, create, and delete webhooks for a base, and read what they report',
  },
  setup: {
    url: 'https://airtable.com/create/oauth',
    steps: [
      'Choose "Register new OAuth integration". Enter a name and the redirect URI, then choose "Register integration".',
      'Under "Scopes", select the scopes.',
      'Enter a support email and the URLs of your privacy policy and terms of service. Without them, only you can authorize the integration.',
      'Save. Copy the "Client ID", then choose "Generate client secret" and copy the secret: it is shown once.',
    ],
  },
  webhooks: {
    secret: 'hook',
    steps: [
      'Under "Scopes" of the OAuth integration, also select "webhook:manage".',
      'Set AIRTABLE_WEBHOOKS=on, and restart the service: it makes the webhooks itself, for bases of which the user is a creator.',
      'Users who connected before have to connect again to grant that scope.',
    ],
  },
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
  refresh: { onUnauthorized: true, idleSeconds: 60 * 24 * 60 * 60 },
  // No revocation is documented.
  api: {
    url: 'https://api.airtable.com',
    namesInPaths: {
      pathWords: words(
        'v0 meta whoami bases tables fields views records listRecords comments webhooks payloads refresh enableNotifications ' +
          'uploadAttachment collaborators shares',
      ),
      // A table, by its name.
      ofUsers: /(?<=^\/v0\/app\w+\/)[^/]+/,
    },
    ownHeaders: ['airtable-', 'x-airtable-'],
    retryAfterSeconds: 30,
  },
  itemTypes: [
    {
      type: 'base',
      label: 'Base',
      pluralLabel: 'Bases',
      byDefault: true,
      contents: { types: ['table'], parent: '{id}' },
      properties: [{ name: 'permissionLevel', label: 'Permission' }],
      notExhaustive: () => NOT_ALL_BASES,
    },
    {
      type: 'table',
      label: 'Table',
      pluralLabel: 'Tables',
      contents: { types: ['record'], parent: '{driveId}/{id}' },
      properties: [
        { name: 'description', label: 'Description' },
        { name: 'fields', label: 'Fields' },
      ],
      byDefault: true,
      parent: { description: 'a base', required: false },
      notExhaustive: unlessInParent,
    },
    {
      type: 'record',
      label: 'Record',
      pluralLabel: 'Records',
      byDefault: false,
      parent: { description: 'a base, or of a base and a table as "base/table"', required: false },
      namedProperties: true,
      isWithin: ({ driveId, parentId }, parent) => parent === driveId || parent === `${driveId}/${parentId}`,
      notExhaustive: unlessInParent,
      changes: { granularitySeconds: 0.001 },
    },
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
