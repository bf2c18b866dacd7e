export {
  Store,
  type AcquireRequest,
  type Change,
  type LogEntry,
  type Slot,
  type Rate,
  type Ref,
  type AcquireResult,
  type Waiter,
} from './store.js';
export { openStore, type StoreOptions } from './open-store.js';
export { holdLease } from './lease.js';
