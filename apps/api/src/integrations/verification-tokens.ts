import { Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { KeyValueStore } from '@causeway/store';
import { SealedRecords } from '../store/sealed-records.js';

export interface VerificationToken {
  token: string;
  /** Milliseconds since the epoch. */
  receivedAt: number;
}

const PARTITION = 'verification-tokens';
const KEPT = 5;
const KEPT_MS = 7 * 24 * 60 * 60_000;
const MAX_RACES = 5;

/** Tokens that came unsigned, for an operator who expects one: anybody may have sent them, so they are only shown. */
@Injectable()
export class VerificationTokens {
  private readonly sealed: SealedRecords;

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
  ) {
    this.sealed = new SealedRecords(store, keyring, 'verification token');
  }

  async add(integration: string, token: string): Promise<void> {
    const ref = { partition: PARTITION, key: integration };
    for (let race = 0; race < MAX_RACES; race += 1) {
      const value = await this.store.get(ref);
      const others = (value === null ? null : this.sealed.open<VerificationToken[]>(ref, value)) ?? [];
      const added = { token, receivedAt: Date.now() };
      const tokens = [added, ...others.filter((one) => one.token !== token)].slice(0, KEPT);
      const put = [{ key: ref.key, value: this.sealed.seal(ref, tokens), ttlMs: KEPT_MS }];
      if (await this.store.commitIfUnchanged(PARTITION, { expect: [{ key: ref.key, value }], put })) return;
    }
  }

  /** Newest first. */
  async list(integration: string): Promise<readonly VerificationToken[]> {
    const ref = { partition: PARTITION, key: integration };
    const value = await this.store.get(ref);
    return (value === null ? null : this.sealed.open<VerificationToken[]>(ref, value)) ?? [];
  }
}
