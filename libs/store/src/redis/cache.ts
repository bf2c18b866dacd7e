import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { CacheStore } from '../cache-store.js';
import type { Connection } from './connection.js';

/** What this process keeps in Redis at most. What is over that gives way, the longest unset first. */
const MAX_CHARACTERS = 32 * 1024 * 1024;
/** Loading again takes a provider longer. */
const MAX_GET_MS = 100;

/**
 * cache-manager-redis-yet over our client. While Redis is unavailable, the cache is empty and keeps nothing.
 * @param connection for the cache only: a large value must not delay other commands
 */
export function redisCache(connection: Connection): CacheStore {
  const cacheKey = (key: string) => `causeway:cache:${key}`;
  const kept = new LRUCache<string, number>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (characters) => characters,
    dispose: (_characters, key, reason) => {
      if (reason === 'evict') connection.send('UNLINK', cacheKey(key)).catch(() => {});
    },
  });
  return {
    get: (key) => {
      const found = connection.use(({ cache }) => cache.get<string>(cacheKey(key))).catch(() => undefined);
      return Promise.race([found, sleep(MAX_GET_MS, undefined, { ref: false })]);
    },
    set: async (key, value, ttlMs) => {
      kept.set(key, Math.max(1, value.length), { ttl: ttlMs });
      await connection.use(({ cache }) => cache.set(cacheKey(key), value, ttlMs)).catch(() => {});
    },
  };
}
