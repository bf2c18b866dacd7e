/** The texts of the connect kit. `{name}` is an integration, `{account}` an account at its provider, `{count}` a number. */
const en = {
  direction: 'ltr' as 'ltr' | 'rtl',
  open: 'Connect accounts',
  title: 'Connect your accounts',
  close: 'Close',
  back: 'Back to all apps',
  search: 'Search apps',
  apps: 'Apps',
  found: { one: '{count} app found', other: '{count} apps found' } as Plural,
  noMatch: 'No app matches “{query}”.',
  nothing: 'There are no apps to connect yet.',
  loading: 'Loading…',
  accounts: { one: '{count} account', other: '{count} accounts' } as Plural,
  connected: 'Connected',
  needsReconnect: 'Reconnect required',
  connect: 'Connect',
  connectName: 'Connect {name}',
  connectAnother: 'Connect another account',
  reconnect: 'Reconnect',
  reconnectAccount: 'Reconnect {account}',
  disconnect: 'Disconnect',
  disconnectAccount: 'Disconnect {account}',
  disconnectQuestion: 'Disconnect {account}?',
  disconnectDetail: 'This app loses its access to the account. Nothing is changed or deleted in {name}.',
  keep: 'Keep it',
  cancel: 'Cancel',
  dismiss: 'Dismiss',
  retry: 'Try again',
  accountsOf: '{name} accounts',
  starting: 'Opening {name}…',
  waiting: 'Continue in the {name} window.',
  showWindow: 'Show window',
  redirecting: 'Your browser blocked the window. Going to {name}…',
  finishing: 'Connecting the account…',
  connectedAs: '{name} is connected: {account}.',
  disconnected: '{account} is disconnected.',
  /** The provider still lists the access. */
  stillListed:
    '{account} is disconnected here. To remove the access at {name} too, open the settings of your {name} account.',
  /** By the id of a category. */
  categories: {
    crm: 'CRM',
    knowledge: 'Knowledge base',
    database: 'Database',
    communication: 'Communication',
  } as Readonly<Record<string, string | undefined>>,
  /** By the slug of a problem, in the words of somebody who connects an account. */
  problems: {
    'authorization-denied': 'Access was not granted. Connect again if that was not intended.',
    'attempt-expired': 'This took too long, or was started in another browser. Start again.',
    'authorization-failed': 'The account could not be connected. Try again.',
    'wrong-account': 'You chose a different account. Reconnect with the account that is shown here.',
    'wrong-user': 'The account was authorized for another user and was not connected. Sign in again and retry.',
    'needs-reconnect': 'The access was withdrawn or has expired. Reconnect the account to continue.',
    'integration-not-configured': 'This app is not available at the moment.',
    unauthenticated: 'Your session has ended. Reload the page and sign in again.',
    forbidden: 'You are not allowed to do this.',
    'too-many-requests': 'Too many attempts. Wait a moment, then try again.',
    'provider-unavailable': 'The app does not respond at the moment. Try again later.',
    'provider-timeout': 'The app does not respond at the moment. Try again later.',
    'window-closed': 'The window was closed and nothing was changed. Press the button again when you are ready.',
    offline: 'The service cannot be reached. Check your internet connection, then try again.',
    other: 'Something went wrong. Try again.',
  } as Readonly<Record<string, string | undefined>>,
};
export default en;

/** By the categories of `Intl.PluralRules`. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

export type ConnectTexts = typeof en;
