import { Injectable } from '@nestjs/common';
import { KeyValueStore } from '@causeway/store';
import { Keyring, keyIdOf, type SealingKeys } from '@causeway/crypto';
import { credentialKeys, sealingContext, type ConnectionRecord } from '../../connections/connection-record.js';
import { ConnectionRepository } from '../../connections/connection.repository.js';
import { SharedGrants } from '../../connections/shared-grants.js';
import { SEALED, sealedWebhooks } from '../../webhooks/sealed-webhooks.js';
import type { SealedRecords } from '../../store/sealed-records.js';
import { RecordMaintenance, type RecordCount } from '../../store/record-maintenance.js';

const BATCH = 200;

export interface RotationProgress {
  checked: number;
  reencrypted: number;
  /** Number of connections that cannot be decrypted, by the id of their key. */
  unreadable: Map<string, number>;
}

/**
 * Re-encrypts every credential, and authenticates every record, with the first key. Safe beside a running service: a record is changed only if it is still as it was read.
 * What is encrypted with the first key is skipped, so an interrupted run can be repeated.
 */
@Injectable()
export class KeyRotation {
  readonly firstKey: string;
  private readonly keys: SealingKeys;
  private readonly webhooks: SealedRecords;

  constructor(
    private readonly repository: ConnectionRepository,
    keyring: Keyring,
    private readonly grants: SharedGrants,
    private readonly records: RecordMaintenance,
    store: KeyValueStore,
  ) {
    this.webhooks = sealedWebhooks(store, keyring);
    this.firstKey = keyring.ids[0] ?? '';
    this.keys = credentialKeys(keyring);
  }

  async run(onProgress: (progress: RotationProgress) => void, isStopped: () => boolean): Promise<RotationProgress> {
    await this.grants.reencryptKey();
    const progress: RotationProgress = { checked: 0, reencrypted: 0, unreadable: new Map() };
    for await (const records of this.batches()) {
      for (const outcome of await Promise.all(records.map((record) => this.reencrypt(record)))) {
        progress.checked += 1;
        if (outcome === 'reencrypted') progress.reencrypted += 1;
        else if (outcome !== 'unchanged') increment(progress.unreadable, outcome.unreadable);
      }
      onProgress(progress);
      if (isStopped()) return progress;
    }
    await this.webhooks.reencrypt(SEALED);
    // API keys, pointers, marks: everything that has no secret of its own.
    await this.records.retag();
    return progress;
  }

  /** Credentials by key id. A process that still has an older first key may have encrypted with it during the run. */
  async countByKey(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for await (const records of this.batches())
      for (const { credential } of records) increment(counts, keyIdOf(credential));
    return counts;
  }

  countRecords(): Promise<RecordCount> {
    return this.records.count();
  }

  /** A process that lacks these keys may start from now on. */
  async forget(ids: readonly string[]): Promise<void> {
    await this.records.forget(ids);
  }

  private async *batches(): AsyncGenerator<ConnectionRecord[]> {
    let after: string | null = null;
    do {
      const { found, last } = await this.repository.list({}, BATCH, after);
      yield found.map(({ record }) => record);
      after = last;
    } while (after !== null);
  }

  private async reencrypt({
    id,
    credential,
  }: ConnectionRecord): Promise<'reencrypted' | 'unchanged' | { unreadable: string }> {
    if (this.keys.isCurrent(credential)) return 'unchanged';
    let unreadable: string | null = null;
    const changed = await this.repository.update(
      id,
      (record) => {
        unreadable = null;
        if (this.keys.isCurrent(record.credential)) return null;
        const context = sealingContext(record);
        const plaintext = this.keys.tryOpen(record.credential, context);
        if (plaintext !== null) return { ...record, credential: this.keys.seal(plaintext, context) };
        unreadable = keyIdOf(record.credential);
        return null;
      },
      null,
    );
    if (unreadable !== null) return { unreadable };
    return changed === null ? 'unchanged' : 'reencrypted';
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
