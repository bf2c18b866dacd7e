/**
 * For data that may be lost at any time: catalog, schemas, account details. No invariant may depend on it. It never fails, and a slow one is
 * like an empty one.
 */
export abstract class CacheStore {
  abstract get(key: string): Promise<string | undefined>;
  abstract set(key: string, value: string, ttlMs: number): Promise<void>;
}
