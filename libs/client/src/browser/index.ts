export {
  connectAccount,
  type ConnectAccountOptions,
  type ConnectPhase,
  type ConnectRequest,
} from './connect-account.js';
export { ConnectError } from './connect-error.js';
export { onCallbackMessage, type CallbackMessage } from './callback-message.js';
export type { ConnectResult, RedirectResult } from './connect-result.js';
export { consumeRedirectResult } from './consume-redirect-result.js';
export { finishConnection, finishRedirect, type SignedInUser } from './finish-connection.js';
export { subscribeToConnections } from './connection-stream.js';
export type { ConnectionEventsFilter } from '../events-filter.js';
export type { ConnectionEventsStatus, StreamListener } from './shared-stream.js';
export { ConnectFlow, type ConnectOptions, type ConnectStarted, type ConnectState } from './connect-flow.js';
export {
  UserAccounts,
  type CheckState,
  type DisconnectState,
  type Revocation,
  type UserAccountsEvents,
  type UserAccountsOptions,
  type UserAccountsState,
} from './user-accounts.js';
