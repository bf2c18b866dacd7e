import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Store } from '@causeway/store';
import { Keyring, type SealingKeys } from '@causeway/crypto';

/** What is larger takes longer to encrypt and to move than it is worth, and would keep others waiting. */
const MAX_BYTES = 256 * 1024;

/** Caches users' data for a short time, encrypted, with the key as its context. */
@Injectable()
export class SealedCache {
  private readonly keys: SealingKeys;
  private readonly loading = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: Store,
    keyring: Keyring,
  ) {
    this.keys = keyring.sealingKeys('cache');
  }

  /**
   * Concurrent calls of this process share one `load`. Its failure rejects them all, and is not cached.
   * @param bypass always loads, and replaces the cached value
   */
  async getOrLoad<T>(name: string, ttlMs: number, load: () => Promise<T>, bypass = false): Promise<T> {
    // The key may outlive the connection, so it must not contain its name.
    const key = hash('sha256', name, 'base64url');
    if (bypass) return this.loadAndSet(key, ttlMs, load);
    const running = this.loading.get(key) as Promise<T> | undefined;
    if (running !== undefined) return running;
    const read = this.read(key, ttlMs, load).finally(() => this.loading.delete(key));
    this.loading.set(key, read);
    return read;
  }

  private async read<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T> {
    const sealed = await this.store.cache.get(key);
    const cached = sealed === undefined ? null : this.keys.tryOpen(sealed, `cache ${key}`);
    return cached === null ? this.loadAndSet(key, ttlMs, load) : (JSON.parse(cached) as T);
  }

  private async loadAndSet<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T> {
    const loaded = await load();
    if (remainingBytes(loaded, MAX_BYTES) < 0) return loaded;
    const text = JSON.stringify(loaded);
    // Not awaited: a slow cache must not delay what is there already.
    if (Buffer.byteLength(text) <= MAX_BYTES)
      void this.store.cache.set(key, this.keys.seal(text, `cache ${key}`), ttlMs);
    return loaded;
  }
}

/** What is left of `bytes` after the texts in this value, or less than 0: the text of 15 MB would take as long as all else that is done for it. */
function remainingBytes(value: unknown, bytes: number): number {
  if (typeof value === 'string') return bytes - value.length;
  if (typeof value !== 'object' || value === null) return bytes;
  let left = bytes;
  for (const part of Object.values(value)) if (left >= 0) left = remainingBytes(part, left);
  return left;
}
