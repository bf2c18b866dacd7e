export { ConnectButton, type ConnectButtonProps } from './connect-button.js';
export { useConnection, type ConnectionState, type Wanted } from './use-connection.js';
