import type { AddressDefaults } from './redis/address.js';
import type { StoreObserver } from './store-fault.js';
import type { Store } from './store.js';

export type RedisStoreOptions = (
  | { kind: 'redis'; url: string }
  /** Each node as `host:port` or a `redis://` or `rediss://` URL; user and password are taken from the first that has them. */
  | { kind: 'redis-cluster'; nodes: string[] }
  /** The Sentinels in the same form, with their own user and password; those of the master are in `defaults`. */
  | { kind: 'redis-sentinel'; sentinels: string[]; master: string }
) & {
  defaults?: AddressDefaults;
  /** No warnings of settings of Redis that may lose data. */
  areSettingsAccepted?: boolean;
};

export type StoreOptions =
  | RedisStoreOptions
  /** A directory of this machine; it is created with mode 0700. */
  | { kind: 'embedded'; directory: string };

/**
 * This resolves also while Redis is unavailable: requests are then rejected at once, until it is available.
 * Each adapter is loaded on demand because its packages take 10 to 40 MB of memory.
 */
export async function openStore(options: StoreOptions & StoreObserver): Promise<Store> {
  if (options.kind === 'embedded') {
    const { openEmbeddedStore } = await import('./embedded/embedded-store.js');
    return openEmbeddedStore(options.directory, options);
  }
  const { openRedisStore } = await import('./redis/redis-store.js');
  return openRedisStore(options, options);
}
