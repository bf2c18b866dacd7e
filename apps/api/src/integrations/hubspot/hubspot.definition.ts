import { defineIntegration, type ItemType, words } from '../integration-definition.js';
import { company, contact, deal, owner, ticket } from './hubspot.labels.definition.js';

/** What the records of all CRM objects have in common; custom objects have no more. */
export const customObject = (type: string): ItemType => ({
  type,
  label: type,
  pluralLabel: type,
  byDefault: false,
  namedProperties: true,
  archived: true,
  changes: { granularitySeconds: 0.001 },
});

const OBJECTS = 'crm/objects/2026-09';
/** In the first account of the mock provider. */
const TICKET = '229000000009';
const CONTACT = '713000000000';

export const hubspot = defineIntegration({
  id: 'hubspot',
  name: 'HubSpot',
  description: 'Contacts, companies, deals, tickets and owners of a HubSpot account.',
  category: 'crm',
  docsUrl: 'https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens',
  // `tickets` is one scope for reading and writing.
  permissions: {
    oauth: 'Basic access to the account, such as its ID and time zone',
    'crm.objects.contacts.read': 'View properties and other details about contacts',
    'crm.objects.contacts.write': 'View properties and create, delete, or make changes to contacts',
    'crm.objects.companies.read': 'View properties and other details about companies',
    'crm.objects.companies.write': 'View properties and create, delete, or make changes to companies',
    'crm.objects.deals.read': 'View properties and other details about deals',
    'crm.objects.deals.write': 'View properties and create, delete, or make changes to deals',
    'crm.objects.custom.read': 'View properties and other details about custom objects',
    'crm.objects.owners.read': 'View details about users assigned to a CRM record',
    tickets: 'View, create, delete, or make changes to tickets',
  },
  setup: {
    url: 'https://developers.hubspot.com',
    steps: [
      'Create an app on the developer platform, with OAuth as its authentication.',
      'Add the redirect URI to the redirect URLs of the app. HubSpot accepts http only for localhost.',
      'Add the scopes as required scopes. HubSpot refuses a request for a scope that the app does not have.',
      'Upload the app. Copy the "Client ID" and the "Client secret" from its "Auth" page.',
      'Only a super admin, or a user with the permission for the App Marketplace, can connect a HubSpot account.',
    ],
  },
  webhooks: {
    // They are signed with the client secret.
    secret: 'client',
    steps: [
      'Add a webhooks component to the app, with the webhook URL as its target URL.',
      'Subscribe to creation, deletion, propertyChange, merge, restore and associationChange of contacts, companies, deals and tickets, to the same of custom objects if they are loaded, and to contact.privacyDeletion. A propertyChange names one property.',
      'Upload the app. A legacy app has these settings on its "Webhooks" page.',
    ],
    journal: {
      scopes: [
        'developer.webhooks_journal.read',
        'developer.webhooks_journal.subscriptions.read',
        'developer.webhooks_journal.subscriptions.write',
      ],
      steps: [
        'Where HubSpot cannot reach this service, set HUBSPOT_WEBHOOKS_JOURNAL=on, and restart it: it reads the webhooks journal, which needs no webhook URL, and subscribes to what syncs hold.',
        'It uses a token of the app, for the scopes developer.webhooks_journal.read, .subscriptions.read and .subscriptions.write. If HubSpot refuses them, the log says so: ask HubSpot for access to the webhooks journal for the app.',
        'Have the webhooks or the journal, not both: an event would come to your endpoints twice.',
        'Let the service out to the storage where HubSpot keeps the files of the journal: https, at addresses that the entries name.',
        'Changes of associations are not subscribed to: a full pass of a sync finds them. Subscriptions that it has made, and that no sync needs any more, are removed; other ones of the app stay.',
      ],
      notDocumented: [
        'Whether an OBJECT subscription without "properties" tells of every property. It is taken to; what it does not tell, the next run of a sync finds.',
        'How events of merges and of deletions for privacy look. The action says what happened. All records that a merge names are asked for.',
        'What follows the last entry: 204, 404 and an empty response are taken as the end. A 404 is also that of an offset that has expired: where the newest entry is another one, reading begins again with the oldest, and the syncs get a full pass.',
        'Whether files are compressed: they may be, with or without "Content-Encoding".',
        'For how long an address of a file is good: each is used at once, and asked for again.',
        'How soon an entry follows a change. The journal is asked every 5 to 10 seconds.',
      ],
    },
  },
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
  api: {
    url: 'https://api.hubapi.com',
    namesInPaths: {
      pathWords: words(
        'v1 v2 v3 v4 2026-03 2026-09 oauth token introspect revoke appinstalls external-install account-info details api-usage daily ' +
          'crm objects contacts companies deals tickets products line_items quotes calls emails meetings notes tasks communications ' +
          'postal_mail leads owners teams pipelines stages audit properties groups associations default labels schemas ' +
          'crm-object-schemas lists memberships batch read create update upsert archive search merge gdpr-delete',
      ),
      // A record, by a property of it; a property, by its name.
      ofUsers:
        /(?<=^\/crm\/(?:v\d+\/(?:objects|properties)|(?:objects|properties)\/[\d-]+)\/[^/]+\/)(?!(?:batch|search|merge|gdpr-delete|groups)(?:\/|$))[^/]+/,
    },
    ownHeaders: ['x-hubspot-'],
    retryAfterSeconds: 10,
  },
  itemTypes: [
    { ...customObject('contact'), ...contact },
    { ...customObject('company'), ...company },
    { ...customObject('deal'), ...deal },
    { ...customObject('ticket'), ...ticket },
    { ...owner, byDefault: false, archived: true },
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
  exampleRequests: {
    GET: { path: `${OBJECTS}/tickets` },
    HEAD: { path: `${OBJECTS}/tickets` },
    POST: { path: `${OBJECTS}/tickets/search`, body: { limit: 5 } },
    PUT: { path: `${OBJECTS}/tickets/${TICKET}/associations/default/contacts/${CONTACT}` },
    PATCH: { path: `${OBJECTS}/tickets/${TICKET}`, body: { properties: { hs_ticket_priority: 'HIGH' } } },
    DELETE: { path: `${OBJECTS}/tickets/${TICKET}` },
  },
});
