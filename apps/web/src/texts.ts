/** Every word that the app itself says, in one place: names and facts of integrations come from the service. */
export const texts = {
  app: {
    name: 'Causeway',
    tagline: 'Connect an account, look at what is in it',
    apiDocs: 'API',
    forgetKey: 'Forget key',
  },
  sandbox: {
    title: 'Sandbox mode.',
    detail: 'Stand-ins answer in place of the providers, with invented accounts. Nothing leaves this computer.',
  },
  access: {
    title: 'Access key',
    intro:
      'This service wants to know who is calling. The key stays in the memory of this page and is gone when you close it.',
    label: 'Key',
    submit: 'Continue',
    wrong: 'This key is not accepted. It may be mistyped, expired or revoked.',
    empty: 'Enter a key.',
    malformed: 'A key has no spaces and no special characters.',
  },
  who: {
    legend: 'Whose accounts',
    org: 'Organisation',
    user: 'User',
    rule: '1 to 128 letters, digits or _ . @ : -',
    missing: 'Say whose accounts you mean: fill in organisation and user.',
  },
  integrations: {
    title: 'Integrations',
    none: 'This service offers no integrations.',
    loading: 'Loading the integrations',
  },
  status: {
    connected: 'Connected',
    accounts: (count: number) => `${count} accounts`,
    needsReconnect: 'Needs reconnect',
    notConnected: 'Not connected',
    notConfigured: 'Not configured',
    loading: 'Loading the connections',
  },
  connect: {
    connect: (name: string) => `Connect ${name}`,
    another: 'Connect another account',
    reconnect: 'Reconnect',
    invitation: (name: string, user: string) => `${user} has not connected a ${name} account.`,
    asksFor: 'It will ask for',
    asksForChoice: 'You choose what it may read on the next page.',
    notConfigured: (name: string) =>
      `${name} cannot be connected yet: the operator of this service has set no client id for it.`,
    starting: 'Opening the window…',
    popup: (name: string) => `Opening ${name}…`,
    leaving: (name: string) => `The browser blocked the window. Going to ${name} in this one…`,
    waiting: (name: string) => `Continue in the ${name} window that has opened.`,
    showWindow: 'Show window',
    cancel: 'Cancel',
    dismiss: 'Dismiss',
  },
  endings: {
    connected: (name: string, account: string) => `${name} is connected: ${account}.`,
    closed: {
      title: 'The window was closed',
      detail: 'The account was not connected and nothing was changed. Press the button again when you are ready.',
    },
    timedOut: {
      title: 'That took too long',
      detail: 'An attempt to connect is good for ten minutes. Press the button again to start a new one.',
    },
    /** For a full-page way back, which brings only a slug. */
    bySlug: {
      'authorization-denied': {
        title: 'Access was not granted',
        detail: 'You or the provider declined. Connect again if that was not intended.',
      },
      'attempt-expired': {
        title: 'This attempt is not valid any more',
        detail: 'It was used, is too old, or began in another browser. Press the button to start a new one.',
      },
      'wrong-account': {
        title: 'Another account was authorized',
        detail: 'The connection stays as it was. Reconnect again and choose the account that it is for.',
      },
      'provider-timeout': {
        title: 'The provider did not answer in time',
        detail: 'Nothing was changed. Wait a moment, then connect again.',
      },
      'provider-unavailable': {
        title: 'The provider does not answer as it should',
        detail: 'Nothing was changed. Wait a moment, then connect again.',
      },
    } as Record<string, { title: string; detail: string } | undefined>,
    failed: {
      title: 'The account could not be connected',
      detail: 'The provider did not complete the authorization. Press the button to try again.',
    },
  },
  connection: {
    title: 'Connection',
    account: 'Account',
    openAccount: 'Open at the provider',
    docs: (name: string) => `About ${name}`,
    status: 'Status',
    scopes: 'Scopes',
    noScopes: 'None named by the provider',
    connected: 'Connected',
    updated: 'Updated',
    expires: 'Access token until',
    noExpiry: 'Does not expire',
    refreshed: 'Last refreshed',
    used: 'Last used',
    never: 'Never',
    check: 'Check',
    disconnect: 'Disconnect',
    works: 'Checked just now: it works.',
  },
  disconnect: {
    title: (account: string) => `Disconnect ${account}?`,
    detail: (name: string) =>
      `The credentials are deleted here, and ${name} is asked to take the access back. The items at ${name} stay as they are.`,
    confirm: 'Disconnect',
    cancel: 'Keep it',
    revoked: (name: string, account: string) => `${account} is disconnected, and ${name} has taken the access back.`,
    unsupported: (name: string, account: string) =>
      `${account} is disconnected. ${name} offers no way to take the access back from here: remove the app in the settings of your ${name} account if you want to be sure.`,
    failed: (name: string, account: string) =>
      `${account} is disconnected here, but ${name} did not confirm that the access is gone. Remove the app in the settings of your ${name} account.`,
  },
  items: {
    title: 'Items',
    types: 'Types',
    typesHint: 'None chosen loads the usual ones.',
    parent: 'Parent',
    parentFault: (fault: string) => `Parent ${fault}.`,
    parentHint: 'Load the items that can be one, open the details of one and press “Use as parent”.',
    load: 'Load items',
    reload: 'Load again',
    more: 'Load more',
    loading: 'Loading items',
    idle: 'Nothing is loaded yet. Choose types if you like, then press Load items.',
    reconnectFirst: 'Reconnect the account first, then its items can be loaded.',
    empty: 'There are no items of these types in this account.',
    emptySoFar: 'Nothing so far, but the account holds more to look through.',
    count: (count: number, more: boolean) => {
      const items = `${count.toLocaleString()} ${count === 1 ? 'item' : 'items'}`;
      return more ? `${items} so far` : `${items}, that is all`;
    },
    name: 'Name',
    type: 'Type',
    in: 'In',
    modified: 'Modified',
    link: 'Link',
    open: 'Open',
    openItem: (name: string) => `Open ${name} at the provider`,
    details: (name: string) => `Details of ${name}`,
    unnamed: 'Unnamed',
    hidden: 'Archived',
    id: 'Id',
    created: 'Created',
    mimeType: 'Media type',
    noProperties: 'No further properties.',
    useAsParent: 'Use as parent',
  },
  values: { yes: 'Yes', no: 'No', none: '–' },
  problem: {
    retry: 'Try again',
    retryAfter: (seconds: number) => `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    unreachable: {
      title: 'The service does not answer',
      detail: 'Check that it is running and that you are online, then try again.',
    },
    strange: {
      title: 'The service gave an answer that makes no sense',
      detail: 'Something between this page and the service may be in the way. Try again.',
    },
  },
} as const;
