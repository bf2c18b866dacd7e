export { connectAccount, type ConnectAccount, type ConnectStep } from './connect-account.js';
export { ConnectError } from './connect-error.js';
export { listenForClosing, type ClosingMessage } from './closing-message.js';
export { takeReturned } from './returned.js';
