export { Store } from './store.js';
export { KeyValueStore, type Change, type Ref, type StoredValue } from './key-value-store.js';
export { LogStore, type LogEntry } from './log-store.js';
export { LeaseStore, holdLease } from './lease-store.js';
export {
  BACKGROUND_JOB,
  RateLimitStore,
  type AcquireRequest,
  type AcquireResult,
  type FreeSlots,
  type FreeSlotsRequest,
  type Rate,
  type Slot,
  type Waiter,
} from './rate-limit-store.js';
export type { RedisStoreOptions } from './redis/options.js';
export type { StoreFaultCode, StoreObserver, StoreWarning } from './store-fault.js';
export { hasEmbeddedStore, openStore, type StoreOptions } from './open-store.js';
export { type StoredEntry } from './store-maintenance.js';
export { IncompleteCopyError } from './incomplete-copy-error.js';
