import type { CacheStore } from './cache-store.js';
import type { KeyValueStore } from './key-value-store.js';
import type { LeaseStore } from './lease-store.js';
import type { LogStore } from './log-store.js';
import type { RateLimitStore } from './rate-limit-store.js';
import type { StoreWarning } from './store-fault.js';
import type { StoreMaintenance } from './store-maintenance.js';

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- `openStore` composes what this class only names for Nest.
export interface Store extends KeyValueStore, LogStore, LeaseStore, RateLimitStore, StoreMaintenance {}

/**
 * The ports over one connection; the cache has its own. Each failure of the store itself is a `Problem` `store-unavailable` and comes at once: requests are
 * never queued while the store is unavailable. An invalid argument (a duration that is not finite, a member that is too long) is a
 * `RangeError`, and changes nothing.
 */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- see above
export abstract class Store {
  abstract readonly kind: 'redis' | 'embedded';
  abstract readonly cache: CacheStore;
  /** Writes, reads back and removes something of its own: at most once a second, shared by all callers. @throws Problem `store-unavailable` */
  abstract ping(): Promise<void>;
  /** What endangers the data although the store works, and what works only in part. */
  abstract warnings(): StoreWarning[];
  abstract close(): Promise<void>;
}
