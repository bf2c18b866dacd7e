import type { Keyring } from '@causeway/crypto';
import type { KeyValueStore, Ref, StoredValue } from '@causeway/store';
import { ConfigurationError } from '../configuration/configuration.js';
import { RecordTags, type ReadValue } from './record-tags.js';
import { FORMAT, isSameRef, StoreFormat } from './store-format.js';

export interface RecordCount {
  /** Authentic values by the id of the key of their tag. */
  byKey: Map<string, number>;
  untagged: Ref[];
  /** Values with a tag that is not valid, or whose key is not configured. */
  unreadable: { name: string; keyId: string | null }[];
}

/** What is done to all values of a store, below their authentication. */
export class RecordMaintenance {
  private readonly tags: RecordTags;
  private readonly format: StoreFormat;

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
  ) {
    this.tags = new RecordTags(keyring);
    this.format = new StoreFormat(store, keyring);
  }

  /**
   * Authenticates what an earlier version stored, once: in a store with authentic records, others are not accepted any more, so whoever
   * deletes or replaces the check value gains nothing. An upgrade that was stopped looks the same as that, so none is continued.
   * @param acceptUntagged an operator has looked at them: they are authenticated whatever the store has
   * @returns how many values were authenticated; `null`: the store needs no upgrade
   * @throws ConfigurationError for other keys than those of the store
   */
  async upgrade({ acceptUntagged = false } = {}): Promise<number | null> {
    const isReady = await this.format.isReady();
    if (isReady && !acceptUntagged) return null;
    const { byKey, unreadable } = await this.count();
    if (byKey.size === 0 && unreadable.length > 0)
      throw new ConfigurationError(['ENCRYPTION_KEYS has none of the keys with which the records were stored']);
    const isAccepted = acceptUntagged || byKey.size === 0;
    const tagged = isAccepted ? await this.rewrite((value) => (value.state === 'untagged' ? value.text : null)) : 0;
    await this.format.makeReady();
    return tagged;
  }

  /** Whether it needs an upgrade that nobody has to look at. */
  async isOfEarlierVersion(): Promise<boolean> {
    return !(await this.format.isReady()) && (await this.count()).byKey.size === 0;
  }

  /** These keys are used by no record any more. */
  async forget(ids: readonly string[]): Promise<void> {
    await this.format.forget(ids);
  }

  /** Deletes what is stored with these keys, which nobody has any more. @returns how many values */
  async abandon(ids: readonly string[]): Promise<number> {
    let removed = 0;
    for await (const values of this.batches())
      for (const { ref, value } of values) {
        const known = this.tags.read(ref, value);
        if (known.state !== 'unknown-key' || !ids.includes(known.keyId)) continue;
        const change = { expect: [{ key: ref.key, value }], remove: [ref.key] };
        if (await this.store.commitIfUnchanged(ref.partition, change)) removed += 1;
      }
    await this.format.forget(ids);
    return removed;
  }

  /** Tags with the first key what another key has tagged. Safe beside a running service. @returns how many */
  retag(): Promise<number> {
    const { firstKeyId } = this.tags;
    return this.rewrite((value) => (value.state === 'authentic' && value.keyId !== firstKeyId ? value.text : null));
  }

  async count(): Promise<RecordCount> {
    const count: RecordCount = { byKey: new Map(), untagged: [], unreadable: [] };
    for await (const values of this.batches())
      for (const { ref, value } of values) {
        const known = this.tags.read(ref, value);
        if (known.state === 'authentic') count.byKey.set(known.keyId, (count.byKey.get(known.keyId) ?? 0) + 1);
        else if (known.state === 'untagged') count.untagged.push(ref);
        else count.unreadable.push({ name: ref.key, keyId: known.state === 'unknown-key' ? known.keyId : null });
      }
    return count;
  }

  /** @param textOf what is tagged with the first key; `null`: the value stays as it is. @returns how many were changed */
  private async rewrite(textOf: (value: ReadValue) => string | null): Promise<number> {
    let rewritten = 0;
    for await (const values of this.batches()) {
      const outcomes = await Promise.all(
        values.map(async (value) => {
          const text = textOf(this.tags.read(value.ref, value.value));
          return text !== null && this.replace(value, text);
        }),
      );
      rewritten += outcomes.filter(Boolean).length;
    }
    return rewritten;
  }

  private async *batches(): AsyncGenerator<StoredValue[]> {
    for await (const values of this.store.scan()) yield values.filter(({ ref }) => !isSameRef(ref, FORMAT));
  }

  /** @returns false if it was changed meanwhile */
  private replace({ ref, value }: StoredValue, text: string): Promise<boolean> {
    const { partition, key } = ref;
    return this.store.commitIfUnchanged(partition, {
      expect: [{ key, value }],
      put: [{ key, value: this.tags.add(ref, text), ttlMs: 'keep' }],
    });
  }
}
