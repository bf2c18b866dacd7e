export const countOf = (number: number, one: string, many = `${one}s`) =>
  `${number.toLocaleString()} ${number === 1 ? one : many}`;

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
  keys: {
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
  },
  audit: {
    types: {
      refreshed: 'Token refreshed',
      proxied: 'Provider called',
      'grant-refused': 'Account refused',
      'sign-in-failed': 'Sign-in failed',
      'credentials-refused': 'Key refused',
      'key-made': 'Key created',
      'endpoint-made': 'Endpoint created',
      'session-made': 'Session created',
      'store-restored': 'Backup restored',
      'store-migrated': 'Moved to another store',
      'chain-restarted': 'Log interrupted',
    },
    actors: { key: 'API key', anyone: 'Not signed in', service: 'The service' },
  },
  activity: {
    kinds: { call: 'API call', refresh: 'Token refresh', exchange: 'Code exchange', delivery: 'Webhook' },
  },
} as const;
