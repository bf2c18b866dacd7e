export {
  Store,
  type AcquireRequest as Asking,
  type Change,
  type LogEntry,
  type Slot as Place,
  type Rate,
  type Ref,
  type AcquireResult as Turns,
  type Waiter as Waiting,
} from './store.js';
export { openStore, type StoreOptions } from './open-store.js';
export { holdLease } from './lease.js';
