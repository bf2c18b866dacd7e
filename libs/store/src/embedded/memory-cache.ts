import { createCache, memoryStore, type Cache, type Store as CacheStore } from 'cache-manager';

const MOST_ENTRIES = 10_000;
const MOST_CHARACTERS = 16 * 1_024 * 1_024;
const TTL_MS = 60 * 60 * 1_000;

/**
 * cache-manager in memory. Values are kept as JSON, as the Redis cache keeps them: what comes out is a copy, of the same shape in
 * both, and its size is known.
 */
export function memoryCache(): Cache {
  const memory = memoryStore({
    max: MOST_ENTRIES,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (value, key) => key.length + String(value).length,
    ttl: TTL_MS,
    // A timer for every entry is not needed: an entry that has ended is not given out, and the oldest make room.
    ttlAutopurge: false,
    shouldCloneBeforeSet: false,
  });
  const store: CacheStore = {
    get: async <T>(key: string) => {
      const text = await memory.get<string>(key);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    set: async (key, value, ttl) => {
      if (value !== undefined) await memory.set(key, JSON.stringify(value), ttl);
    },
    del: (key) => memory.del(key),
    ttl: async (key) => Math.floor(await memory.ttl(key)),
    mget: (...keys) => Promise.all(keys.map((key) => store.get(key))),
    mset: async (entries, ttl) => void (await Promise.all(entries.map(([key, value]) => store.set(key, value, ttl)))),
    mdel: (...keys) => memory.mdel(...keys),
    keys: () => memory.keys(),
    reset: () => memory.reset(),
  };
  return createCache(store, { onBackgroundRefreshError: () => {} });
}
