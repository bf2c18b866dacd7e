export {
  Store,
  type Asking,
  type Change,
  type LogEntry,
  type Place,
  type Rate,
  type Ref,
  type Turns,
  type Waiting,
} from './store.js';
export { openStore, type StoreOptions } from './open-store.js';
export { holdLease } from './lease.js';
