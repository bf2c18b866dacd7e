export {
  connectAccount,
  type ConnectAccountOptions,
  type ConnectPhase,
  type ConnectRequest,
} from './connect-account.js';
export { ConnectError } from './connect-error.js';
export { onCallbackMessage, type CallbackMessage } from './callback-message.js';
export { consumeRedirectResult, type ConnectResult } from './consume-redirect-result.js';
