export { CausewayProvider, useCauseway } from './causeway-provider.js';
export { ConnectButton, type ConnectButtonProps } from './connect-button.js';
export { useConnect, type ConnectState, type UseConnect, type UseConnectOptions } from './use-connect.js';
export type { ConnectionEventsFilter, ConnectionEventsStatus } from '@causeway/client/browser';
export { useConnectionEvents } from './use-connection-events.js';
export { useConnections, type UseConnections, type UseConnectionsOptions } from './use-connections.js';
