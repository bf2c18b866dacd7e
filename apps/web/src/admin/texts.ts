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
    truncated: (number: number) => `Only the ${format(number)} newest connections are sorted.`,
    option: (name: string, count: number | undefined) => (count === undefined ? name : `${name} (${format(count)})`),
    live: { connecting: 'Connecting…', open: 'Live', reconnecting: 'Not live: reconnecting…' },
    selectLoaded: (number: number) => `Select all, of the ${format(number)} loaded ones`,
    selected: (number: number) => `${format(number)} selected`,
    /** `all` is -1 where nobody has counted. */
    range: (from: number, to: number, all: number) =>
      `${format(from)}–${format(to)} of ${all < 0 ? 'many' : format(all)}`,
    unknown: {
      title: 'This connection does not exist',
      detail: 'It was disconnected, or the link is wrong. Below is what the activity log still has.',
    },
  },
  bulk: {
    title: (action: string, number: number, isQuestion: boolean) =>
      `${action} ${connections(number)}${isQuestion ? '?' : ''}`,
    progress: (done: number, all: number) => `${format(done)} of ${format(all)} done`,
    running: 'In progress…',
    skipped: 'Skipped',
    confirm: (number: number) => `Disconnect ${format(number)}`,
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
    name: 'Name',
    expires: 'Expires',
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
  setup: {
    states: { missing: 'Not configured', sandbox: 'Mock provider', rejected: 'Client rejected' },
    setClient: (prefix: string) => `Set ${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET, then restart the service.`,
    redirectUri: 'Redirect URI',
    ofName: (what: string, name: string) => `${what} of ${name}`,
    checks: { network: 'Network', client: 'Client ID and secret' },
  },
  webhooks: {
    create: 'Add endpoint',
    events: 'Events',
  },
  activity: {
    result: 'Result',
    kinds: { call: 'API call', refresh: 'Token refresh', exchange: 'Code exchange', delivery: 'Webhook' },
    statuses: { ok: 'Succeeded', failed: 'Failed' },
    loaded: (types: string, items: number, pages: number) =>
      `${types}: ${count(items, 'item', 'items')}, ${count(pages, 'page', 'pages')}`,
    retries: (number: number) => count(number, 'retry', 'retries'),
  },
  start: {
    steps: {
      configure: {
        title: 'Configure an integration',
        detail: 'Register an app with the provider and set its client ID and secret.',
        href: '/admin?tab=setup',
      },
      connect: { title: 'Connect an account', detail: 'Use the Accounts page, or send a user a link.', href: '/' },
      load: { title: 'Load items', detail: 'See what is in the connected account.', href: '/' },
      key: { title: 'Create an API key', detail: 'Your back end needs one to call the API.', href: '/admin?tab=keys' },
      embed: {
        title: 'Embed it in your product',
        detail: 'Your back end creates a session for the user, and your page shows the connect button.',
        href: '/admin?tab=start',
      },
    },
    snippets: {
      languages: { curl: 'curl', typescript: 'TypeScript', react: 'React' },
      items: 'Items of a user (scope items:read)',
      session: 'A session token for the browser of a user (scope sessions:write)',
    },
  },
} as const;
