export const countOf = (number: number, one: string, many = `${one}s`) =>
  `${number.toLocaleString()} ${number === 1 ? one : many}`;

/** Those of the pages for administrators, in the same chunk. */
export const texts = {
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
  status: 'Status',
  scopes: 'Scopes',
  event: 'Event',
  /** What a key may do with each. */
  scopeDetails: {
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
  auditEvents: {
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
  activityKinds: { call: 'API call', refresh: 'Token refresh', exchange: 'Code exchange', delivery: 'Webhook' },
} as const;
