import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Store } from '@causeway/store';
import { Keyring } from '@causeway/crypto';

/** What may be read again at any time, kept for a short while: sealed, because it is somebody's, and to its name. */
@Injectable()
export class SealedCache {
  private readonly loading = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: Store,
    private readonly keyring: Keyring,
  ) {}

  /**
   * Equal reads at the same time become one `load`, in this process; its failure is everybody's, and is not kept.
   * @param afresh goes past all that, and renews what is kept
   */
  async through<T>(name: string, ttlMs: number, load: () => Promise<T>, afresh = false): Promise<T> {
    // Names of connections are no names of keys that outlive them.
    const key = hash('sha256', name, 'base64url');
    if (afresh) return this.renew(key, ttlMs, load);
    const running = this.loading.get(key) as Promise<T> | undefined;
    if (running !== undefined) return running;
    const read = this.read(key, ttlMs, load).finally(() => this.loading.delete(key));
    this.loading.set(key, read);
    return read;
  }

  private async read<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T> {
    const sealed = await this.store.cache.get(key);
    const known = sealed === undefined ? null : this.keyring.tryOpen(sealed, `cache ${key}`);
    return known === null ? this.renew(key, ttlMs, load) : (JSON.parse(known) as T);
  }

  private async renew<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T> {
    const loaded = await load();
    await this.store.cache.set(key, this.keyring.seal(JSON.stringify(loaded), `cache ${key}`), ttlMs);
    return loaded;
  }
}
