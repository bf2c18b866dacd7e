const format = (number: number) => number.toLocaleString();
const count = (number: number, one: string, many: string) => `${format(number)} ${number === 1 ? one : many}`;
const connections = (number: number) => count(number, 'connection', 'connections');

/** Those of the pages for administrators, in the same chunk. */
export const texts = {
  title: 'Admin',
  tabs: {
    start: 'Get started',
    connections: 'Connections',
    syncs: 'Syncs',
    webhooks: 'Webhooks',
    activity: 'Activity',
    keys: 'API keys',
    audit: 'Audit log',
    health: 'Health',
    setup: 'Integrations',
  },
  forbidden: {
    title: 'This page is for administrators',
    detail:
      'Your key does not give access to it. Go back to Accounts, or sign out and sign in with a key that has the scope admin.',
  },
  forUsers: {
    title: 'This page is for administrators',
    detail:
      'You are signed in as one user, who sees the Accounts page. To administer this service, sign out and sign in with a key.',
  },
  done: 'Done',
  never: 'Never',
  none: '–',
  all: 'All',
  loading: 'Loading…',
  older: 'Show older entries',
  org: 'Organization',
  user: 'User',
  integration: 'Integration',
  orgs: 'Organizations',
  orgsHint: 'Separate with spaces or commas. Leave empty for all that you may see',
  owner: 'Organization and user',
  actor: 'By',
  time: 'Time',
  status: 'Status',
  created: 'Created',
  scopes: 'Scopes',
  event: 'Event',
  connections: {
    count: (shown: number, isMore: boolean, all: number) =>
      shown === all ? connections(all) : `${format(shown)}${isMore ? '+' : ''} of ${connections(all)}`,
  },
  bulk: {
    title: (action: string, number: number, isQuestion: boolean) =>
      `${action} ${connections(number)}${isQuestion ? '?' : ''}`,
    summary: (succeeded: number, others: number) =>
      others === 0
        ? `All ${format(succeeded)} succeeded.`
        : `${format(succeeded)} succeeded, ${format(others)} did not.`,
    disconnected: {
      revoked: 'Disconnected, and the provider has revoked the access.',
      shared: 'Disconnected. Another connection uses the same access, so it was not revoked.',
      unsupported: 'Disconnected. The provider cannot revoke the access from here.',
      failed: 'Disconnected here. The provider did not confirm that the access is revoked.',
    },
  },
  keys: {
    create: 'Create API key',
    periods: { '30': 'In 30 days', '90': 'In 90 days', '365': 'In a year', never: 'Never', date: 'On a date' },
    scopes: {
      'connections:read': 'see connections, their status and their audit log',
      'connections:write': 'connect, reconnect, refresh and disconnect',
      'items:read': 'load items',
      'syncs:read': 'read syncs and their changes',
      'syncs:write': 'create, run and delete syncs',
      'webhooks:read': 'see webhook endpoints',
      'webhooks:write': 'create and change webhook endpoints',
      'credentials:read': 'read access tokens',
      proxy: 'call providers with users’ credentials',
      'sessions:write': 'create sessions for browsers',
      admin: 'everything, including managing keys',
    },
    revoke: 'Revoke',
  },
  audit: {
    types: {
      refreshed: 'Token refreshed',
      proxied: 'Provider called',
      'grant-refused': 'Account refused',
      'sign-in-failed': 'Sign-in failed',
      'credentials-refused': 'Key refused',
      'key-made': 'Key created',
      'endpoint-made': 'Webhook endpoint created',
      'endpoint-changed': 'Webhook endpoint changed',
      'endpoint-secret-rotated': 'Webhook secret rotated',
      'endpoint-disabled': 'Webhook endpoint disabled',
      'endpoint-deleted': 'Webhook endpoint deleted',
      'session-made': 'Session created',
      'user-sessions-ended': 'Sessions of a user ended',
      'store-restored': 'Backup restored',
      'store-migrated': 'Moved to another store',
      'chain-restarted': 'Log interrupted',
    },
    actors: { key: 'API key', anyone: 'Not signed in', service: 'The service' },
  },
  activity: {
    kinds: { call: 'API call', refresh: 'Token refresh', exchange: 'Code exchange', delivery: 'Webhook' },
    loaded: (types: string, items: number, pages: number) =>
      `${types}: ${count(items, 'item', 'items')}, ${count(pages, 'page', 'pages')}`,
  },
} as const;
