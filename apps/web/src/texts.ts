/** @param all of how many, if that is more */
export const itemCount = (count: number, all = count): string =>
  `${count === all ? '' : `${count.toLocaleString()} of `}${all.toLocaleString()} ${all === 1 ? 'item' : 'items'}`;

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
    signedInAs: (name: string) => `Signed in: ${name}`,
  },
  status: { connected: 'Connected', needsReconnect: 'Needs reconnect', loading: 'Loading the connections' },
  syncs: {
    title: 'Syncs',
    intro: 'A sync keeps a copy of the items here, and updates it on a schedule.',
    status: 'Status',
    known: 'Items known',
    lastRun: 'Last run',
    noRun: 'Not run yet',
    nextRun: 'Next run',
    kinds: { full: 'Full pass', changes: 'Changes' },
    runs: 'Recent runs',
    actions: { run: 'Run now', full: 'Full pass', pause: 'Pause', resume: 'Resume', delete: 'Delete' },
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
  problem: {
    chunk: {
      title: 'This part of the app could not be loaded',
      detail:
        'You may be offline, or the service was updated after you opened this page. Try again to reload the page.',
    },
    unexpected: { title: 'Something went wrong', detail: 'There was an unexpected error in this page. Try again.' },
  },
} as const;
