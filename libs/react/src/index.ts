export { CausewayProvider, useCauseway } from './causeway-provider.js';
export { ConnectButton, type ConnectButtonProps } from './connect-button.js';
export { ConnectAccounts, ConnectModal, type ConnectAccountsProps, type ConnectModalProps } from './connect-modal.js';
export { useAccounts, type UseAccounts, type UseAccountsOptions } from './use-accounts.js';
export { useConnect, type UseConnect, type UseConnectOptions } from './use-connect.js';
export type { ConnectionEventsFilter, ConnectionEventsStatus, ConnectState } from '@causeway/client/browser';
export { useConnectionEvents } from './use-connection-events.js';
export { useConnections, type UseConnections, type UseConnectionsOptions } from './use-connections.js';
