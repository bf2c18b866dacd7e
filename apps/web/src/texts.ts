const items = (count: number) => `${count.toLocaleString()} ${count === 1 ? 'item' : 'items'}`;
const seconds = (count: number) => `${count} ${count === 1 ? 'second' : 'seconds'}`;

/** A value of the API as a label: `sync-created` is “Sync created”. @param others the values that have another one */
export const inWords = (value: string, others: Partial<Record<string, string>> = {}): string =>
  others[value] ?? value.charAt(0).toUpperCase() + value.slice(1).replaceAll('-', ' ');

/** Texts that are said in several places, or that a value selects. Names of integrations, and problems, come from the service. */
export const texts = {
  cancel: 'Cancel',
  clipboard: { copy: 'Copy', copied: 'Copied', copyFailed: 'Select the text to copy it' },
  session: {
    signIn: 'Sign in',
    expired: 'Your session has ended',
    expiredDetail: 'Sign in again to continue. This page is kept as it is, including what you have typed.',
    callers: { operator: 'Admin key' },
    signedInAs: (name: string) => `Signed in: ${name}`,
  },
  disconnectOnSwitch: {
    detail: (name: string, accounts: string[]) =>
      `${accounts.join(', ')} will be disconnected, because “Disconnect the previous integration when switching” is on. The credentials are deleted here, and ${name} is asked to revoke the access. This cannot be undone.`,
    disconnected: (name: string) => `${name} was disconnected because you switched to another integration.`,
    notDisconnected: (name: string) => `${name} could not be disconnected when you switched. It is still connected.`,
  },
  status: {
    connected: 'Connected',
    needsReconnect: 'Needs reconnect',
    loading: 'Loading the connections',
  },
  connect: {
    scopes: 'Requested permissions',
  },
  connection: {
    account: 'Account',
    scopes: 'Permissions',
    id: 'Connection ID',
    connectedAt: 'Connected',
    expiresAt: 'Access token expires',
    lastUsed: 'Last used',
  },
  syncs: {
    title: 'Syncs',
    intro: 'A sync keeps a copy of the items here, and updates it on a schedule.',
    notConfigured: 'Syncs are not set up on this service.',
    status: 'Status',
    known: 'Items known',
    items,
    lastRun: 'Last run',
    noRun: 'Not run yet',
    nextRun: 'Next run',
    kinds: { full: 'Full pass', changes: 'Changes' },
    counts: ({ added, updated, deleted }: { added: number; updated: number; deleted: number }) =>
      `${added.toLocaleString()} added, ${updated.toLocaleString()} updated, ${deleted.toLocaleString()} deleted`,
    runs: 'Recent runs',
    actions: { run: 'Run now', full: 'Full pass', pause: 'Pause', resume: 'Resume', delete: 'Delete' },
    actionOf: (action: string, types: string) => `${action}: ${types}`,
  },
  disconnect: {
    revoked: (name: string, account: string) => `${account} is disconnected, and ${name} has revoked the access.`,
    shared: (name: string, account: string) =>
      `${account} is disconnected. Another connection uses the same access, so ${name} was not asked to revoke it.`,
    unsupported: (name: string, account: string) =>
      `${account} is disconnected. ${name} cannot revoke the access from here: to be sure, remove the app in the settings of your ${name} account.`,
    failed: (name: string, account: string) =>
      `${account} is disconnected here, but ${name} did not confirm that the access is revoked. Remove the app in the settings of your ${name} account.`,
  },
  items: {
    loading: 'Loading…',
    paused: (count: number) => `Preview: the first ${items(count)}`,
    complete: (count: number) => (count === 1 ? '1 item loaded' : `All ${items(count)} loaded`),
    incomplete: (count: number) => `Incomplete: ${items(count)} so far`,
    showing: (shown: number, all: number) =>
      shown === all ? items(all) : `${shown.toLocaleString()} of ${items(all)}`,
    find: 'Search loaded items',
    exportAs: { csv: 'CSV, for spreadsheets', json: 'JSON, with all fields' },
    exported: (count: number, name: string) => `Exported ${items(count)} to ${name}.`,
    table: 'Table',
    json: 'JSON',
    showChildren: (count: number) => `Show the ${items(count)} in it`,
  },
  json: {
    written: (shown: number, all: number) => `${shown.toLocaleString()} of ${items(all)}`,
    /** The editor's own texts. */
    editor: {
      Find: 'Find',
      next: 'Next',
      previous: 'Previous',
      all: 'All',
      'match case': 'Match case',
      regexp: 'Regular expression',
      'by word': 'Whole words',
      close: 'Close',
      'folded code': 'Collapsed',
      'Fold line': 'Collapse',
      'Unfold line': 'Expand',
    },
  },
  problem: {
    chunk: {
      title: 'This part of the app could not be loaded',
      detail:
        'You may be offline, or the service was updated after you opened this page. Try again to reload the page.',
    },
    retryAfter: (count: number) => `Try again in ${seconds(count)}.`,
    unexpected: {
      title: 'Something went wrong',
      detail: 'There was an unexpected error in this page. Try again.',
    },
  },
} as const;
