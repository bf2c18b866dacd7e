import { LRUCache } from 'lru-cache';
import type { CacheStore } from '../cache-store.js';

const MAX_ENTRIES = 10_000;
const MAX_CHARACTERS = 16 * 1_024 * 1_024;

export function memoryCache(): CacheStore {
  const entries = new LRUCache<string, string>({
    max: MAX_ENTRIES,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (value, key) => key.length + value.length,
  });
  return {
    get: async (key) => entries.get(key),
    set: async (key, value, ttlMs) => void entries.set(key, value, { ttl: ttlMs }),
  };
}
