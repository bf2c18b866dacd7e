export {
  connectAccount,
  type ConnectAccountOptions,
  type ConnectPhase,
  type ConnectRequest,
} from './connect-account.js';
export { ConnectError } from './connect-error.js';
export { onCallbackMessage, type CallbackMessage } from './callback-message.js';
export { consumeRedirectResult, type ConnectResult, type RedirectResult } from './consume-redirect-result.js';
export { finishConnection, finishRedirect, type SignedInUser } from './finish-connection.js';
