import type { Keyring, SealingKeys } from '@causeway/crypto';
import type { KeyValueStore, Ref } from '@causeway/store';
import { ConfigurationError } from '../configuration/configuration.js';

/** Not tagged, but sealed: it says with which keys the tags of the others were made. */
export const FORMAT: Ref = { partition: 'store', key: 'format' };
/** While another store is copied into this one: which. */
export const COPY: Ref = { partition: 'store', key: 'copy' };
const CONTEXT = 'format 2';
/** Earlier versions sealed another word while they upgraded a store: it counts as no check value, since a copy of it never expires. */
const READY = 'ready';
const UPGRADE = '`npm run upgrade-store`';

/**
 * The check value of a store: its format, once for every encryption key that was the first one of a process, sealed with that key. A
 * process with other keys would not find what others have stored, so it does not start.
 */
export class StoreFormat {
  private readonly keys: SealingKeys;

  constructor(
    private readonly store: KeyValueStore,
    private readonly keyring: Keyring,
  ) {
    this.keys = keyring.sealingKeys('store format');
  }

  /** False for a store without a check value. @throws ConfigurationError for other keys than those of the store */
  async isReady(): Promise<boolean> {
    return this.saysReady(parse(await this.store.get(FORMAT)));
  }

  /**
   * Gives a new store its check value.
   * @returns the ids of keys that other processes store with, and this one lacks
   * @throws ConfigurationError for a store that cannot be used
   */
  async ensure(): Promise<string[]> {
    for (;;) {
      const stored = await this.store.get(FORMAT);
      if (!this.saysReady(parse(stored)) && (await this.hasValues())) {
        // Another process may have begun with this store a moment ago.
        if ((await this.store.get(FORMAT)) !== stored) continue;
        if ((await this.store.get(COPY)) !== null)
          throw new ConfigurationError([
            'the store is not complete: a `causeway restore` or `causeway migrate` into it has not ended; run it again',
          ]);
        throw new ConfigurationError([
          `the store has records of an earlier version, or lost its check value: stop all processes and run ${UPGRADE}`,
        ]);
      }
      if (await this.write(stored)) return this.missing(parse(stored));
    }
  }

  /** Ids of keys that other processes store with, and this one lacks. */
  async missingKeys(): Promise<string[]> {
    return this.missing(parse(await this.store.get(FORMAT)));
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.hasValues());
  }

  async makeReady(): Promise<void> {
    while (!(await this.write(await this.store.get(FORMAT))));
  }

  /** The store has no record of these keys, or none that is needed. */
  async forget(ids: readonly string[]): Promise<void> {
    for (;;) {
      const stored = await this.store.get(FORMAT);
      const others = Object.entries(parse(stored)).filter(([id]) => !ids.includes(id));
      if (await this.replace(stored, { ...Object.fromEntries(others), ...this.own() })) return;
    }
  }

  private saysReady(entries: Record<string, string>): boolean {
    const missing = this.missing(entries);
    const states = Object.entries(entries).flatMap(([id, sealed]) => {
      if (missing.includes(id)) return [];
      const state = this.keys.tryOpen(sealed, CONTEXT);
      if (state !== null) return [state];
      throw new ConfigurationError([`ENCRYPTION_KEYS has another key "${id}" than the one that encrypts this store`]);
    });
    if (states.length === 0 && missing.length > 0)
      throw new ConfigurationError([
        `ENCRYPTION_KEYS lacks the key "${missing.join('", "')}", with which this store is encrypted (if it is lost: npm run rotate-keys -- --lost ${missing[0]})`,
      ]);
    return states.includes(READY);
  }

  private missing(entries: Record<string, string>): string[] {
    return Object.keys(entries).filter((id) => !this.keyring.ids.includes(id));
  }

  /** @returns false if another process was faster */
  private write(stored: string | null): Promise<boolean> {
    const entries = parse(stored);
    const isKept = this.saysReady(entries);
    if (isKept && (this.keyring.ids[0] ?? '') in entries) return Promise.resolve(true);
    return this.replace(stored, { ...(isKept && entries), ...this.own() });
  }

  private own(): Record<string, string> {
    return { [this.keyring.ids[0] ?? '']: this.keys.seal(READY, CONTEXT) };
  }

  private replace(stored: string | null, entries: Record<string, string>): Promise<boolean> {
    const { partition, key } = FORMAT;
    return this.store.commitIfUnchanged(partition, {
      expect: [{ key, value: stored }],
      put: [{ key, value: JSON.stringify(entries) }],
    });
  }

  private async hasValues(): Promise<boolean> {
    for await (const values of this.store.scan()) if (values.some(({ ref }) => !isSameRef(ref, FORMAT))) return true;
    return false;
  }
}

export function isSameRef(one: Ref, other: Ref): boolean {
  return one.partition === other.partition && one.key === other.key;
}

/** What is no check value counts as none. */
function parse(stored: string | null): Record<string, string> {
  try {
    const entries = JSON.parse(stored ?? '{}') as unknown;
    if (typeof entries !== 'object' || entries === null || Array.isArray(entries)) return {};
    return Object.fromEntries(Object.entries(entries).filter(([, sealed]) => typeof sealed === 'string'));
  } catch {
    return {};
  }
}
