import type { CacheStore } from '../cache-store.js';
import type { Connection } from './connection.js';

/** cache-manager-redis-yet over our client. While Redis is unavailable, the cache is empty and keeps nothing. */
export function redisCache(connection: Connection): CacheStore {
  const cacheKey = (key: string) => `causeway:cache:${key}`;
  return {
    get: (key) => connection.use(({ cache }) => cache.get<string>(cacheKey(key))).catch(() => undefined),
    set: (key, value, ttlMs) => connection.use(({ cache }) => cache.set(cacheKey(key), value, ttlMs)).catch(() => {}),
  };
}
