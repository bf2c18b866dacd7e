export { CausewayProvider, useCauseway } from './causeway-provider.js';
export { ConnectButton, type ConnectButtonProps } from './connect-button.js';
export { ConnectAccounts, ConnectModal, type ConnectAccountsProps, type ConnectModalProps } from './connect-modal.js';
export { useAccounts, type UseAccounts, type UseAccountsOptions } from './use-accounts.js';
export { useConnect, type UseConnect, type UseConnectOptions } from './use-connect.js';
export type { ConnectionEventsFilter, ConnectionEventsStatus, ConnectState } from '@causeway/client/browser';
export { useConnectionEvents } from './use-connection-events.js';
export { useConnections, type UseConnections, type UseConnectionsOptions } from './use-connections.js';
export { containerOf, containersTo, opens, scopeOf, type ItemContainer } from './items/containers.js';
export { exportItems, type ExportFormat } from './items/export-items.js';
export {
  defaultItemColumns,
  describeProperties,
  itemColumns,
  locationOf,
  type ItemColumn,
  type ItemColumnOptions,
} from './items/item-columns.js';
export { ItemLoad, type LoadRequest, type LoadState } from './items/item-load.js';
export { isNamed, nameOf, visible } from './items/item-name.js';
export { ITEM_TEXTS, type ItemTexts } from './items/item-texts.js';
export { keyOf, LoadedItems, placeOf } from './items/loaded-items.js';
export { formatDateTime } from './items/property-value.js';
export type { ItemQuery } from './items/row-order.js';
export type { SortKey } from './items/sorting.js';
export { TimeSlicer } from './items/time-slicer.js';
export { useItemOrder, type UseItemOrder } from './items/use-item-order.js';
export { useItems, type UseItemsOptions } from './items/use-items.js';
export { ITEMS_GRID_TEXTS, type ItemsGridTexts } from './items-grid/grid-texts.js';
export { ItemsGrid, type ItemsGridProps } from './items-grid/items-grid.js';
export {
  useItemTable,
  type ItemTable,
  type ItemTableOptions,
  type ItemTableView,
} from './items-grid/use-item-table.js';
export {
  refreshWhileRunning,
  useCreateSync,
  useSyncActions,
  useSyncRuns,
  useSyncs,
  type SyncAction,
  type UseSyncActions,
  type UseSyncs,
} from './use-syncs.js';
