import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EMBEDDED_FILE } from './embedded/file.js';
import type { RedisStoreOptions } from './redis/options.js';
import type { StoreObserver } from './store-fault.js';
import type { Store } from './store.js';

export type StoreOptions =
  | RedisStoreOptions
  /** A directory of this machine; it is created with mode 0700. */
  | { kind: 'embedded'; directory: string };

/** Without opening it, which would make one. */
export function hasEmbeddedStore(directory: string): boolean {
  return existsSync(join(directory, EMBEDDED_FILE));
}

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
