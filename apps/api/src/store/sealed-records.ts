import type { Keyring, SealingKeys } from '@causeway/crypto';
import type { KeyValueStore, Ref } from '@causeway/store';

/** Records of one kind, each sealed for its place in the store. */
export class SealedRecords {
  private readonly keys: SealingKeys;

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
    private readonly purpose: string,
  ) {
    this.keys = keyring.sealingKeys(purpose);
  }

  seal(ref: Ref, record: object): string {
    return this.keys.seal(JSON.stringify(record), this.contextOf(ref));
  }

  /** @returns `null` if its key is not configured, or it was sealed for another place */
  open<T>(ref: Ref, sealed: string): T | null {
    const text = this.keys.tryOpen(sealed, this.contextOf(ref));
    return text === null ? null : (JSON.parse(text) as T);
  }

  /** With the first key, beside others who read and write. @param prefix of the keys in the store. @returns how many */
  async reencrypt(prefix: string): Promise<number> {
    let reencrypted = 0;
    for await (const batch of this.store.scan()) {
      for (const { ref, value } of batch) {
        if (!ref.key.startsWith(prefix) || this.keys.isCurrent(value)) continue;
        const text = this.keys.tryOpen(value, this.contextOf(ref));
        if (text === null) continue;
        const put = [{ key: ref.key, value: this.keys.seal(text, this.contextOf(ref)), ttlMs: 'keep' as const }];
        const change = { expect: [{ key: ref.key, value }], put };
        if (await this.store.commitIfUnchanged(ref.partition, change)) reencrypted += 1;
      }
    }
    return reencrypted;
  }

  private contextOf({ partition, key }: Ref): string {
    return `${this.purpose} ${JSON.stringify([partition, key])}`;
  }
}
