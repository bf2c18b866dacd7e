import { createCache, type Cache, type Store as CacheStore } from 'cache-manager';
import { CACHE_PREFIX } from './keys.js';
import type { Link } from './link.js';

/** Nothing in a cache stays for good, also where the caller names no time. */
const CACHE_TTL_MS = 60 * 60 * 1_000;

/**
 * cache-manager over Redis. While Redis is away it is an empty cache that keeps nothing. Calls that the package makes without a
 * prefix or on the whole database (`mget`, `mdel`, `mset`, `keys`, and `reset`, which is FLUSHDB) are our own.
 */
export function redisCache(link: Link): Cache {
  const use = <T>(work: (store: CacheStore) => Promise<T>) => link.use((session) => work(session.cacheStore));

  const store: CacheStore = {
    get: <T>(key: string) => use((inner) => inner.get<T>(CACHE_PREFIX + key)).catch(() => undefined),
    set: async (key, value, ttl) => {
      if (value === undefined) return;
      await use((inner) => inner.set(CACHE_PREFIX + key, value, ttl ?? CACHE_TTL_MS)).catch(() => {});
    },
    del: (key) => use((inner) => inner.del(CACHE_PREFIX + key)).catch(() => {}),
    ttl: (key) => use((inner) => inner.ttl(CACHE_PREFIX + key)).catch(() => -2),
    mget: (...keys) => Promise.all(keys.map((key) => store.get(key))),
    mset: async (entries, ttl) => void (await Promise.all(entries.map(([key, value]) => store.set(key, value, ttl)))),
    mdel: async (...keys) => void (await Promise.all(keys.map((key) => store.del(key)))),
    keys: (pattern = '*') => scan(link, pattern).catch(() => []),
    reset: async () => store.mdel(...(await store.keys())),
  };
  // Without this handler a failed refresh in the background would be an unhandled rejection.
  return createCache(store, { onBackgroundRefreshError: () => {} });
}

async function scan(link: Link, pattern: string): Promise<string[]> {
  const found = new Set<string>();
  for (const next of await link.use((session) => session.scanners())) {
    let cursor = 0;
    do {
      const page = await link.use(() => next(cursor, CACHE_PREFIX + pattern));
      for (const key of page.keys) found.add(key.slice(CACHE_PREFIX.length));
      cursor = page.cursor;
    } while (cursor !== 0);
  }
  return [...found];
}
