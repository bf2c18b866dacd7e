import type { Store } from './store.js';

export type StoreOptions = (
  | { kind: 'redis'; url: string }
  /** Each node as `host:port` or a `redis://` or `rediss://` URL; user and password are taken from the first that has them. */
  | { kind: 'redis-cluster'; nodes: string[] }
  /** A directory of this machine; it is created with mode 0700. */
  | { kind: 'embedded'; directory: string }
) & {
  /** Called with one line, without secrets, when Redis becomes unavailable and when it is available again. */
  report?: (message: string) => void;
};

/**
 * With Redis this resolves also while Redis is unavailable: requests are then rejected at once, until it is available.
 * Each adapter is loaded on demand because its packages take 10 to 40 MB of memory.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  if (options.kind === 'embedded') {
    const { openEmbeddedStore } = await import('./embedded/embedded-store.js');
    return openEmbeddedStore(options.directory);
  }
  const { openRedisStore } = await import('./redis/redis-store.js');
  return openRedisStore(options.kind === 'redis' ? [options.url] : options.nodes, options.kind, options.report);
}
