import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring, type SealingKeys } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import { KeyValueStore, type Ref } from '@causeway/store';
import { connectionKey, type ConnectionRecord } from './connection-record.js';
import { partitionOf, partitionOfConnection } from '../store/partition.js';

const KEY_PARTITION = 'directory';
const KEY_CONTEXT = 'fingerprint key';
const SCAN = 8;
const MAX_RACES = 20;

/** Whether anybody else holds the grant. `ended`: nobody does, and somebody who left at the same moment was the last one. */
export type Leaving = 'shared' | 'last' | 'ended';

/**
 * Which connections hold the same grant: providers give several users, also of different organizations, one token for one account. Grants that wait to be finished hold it, too. The
 * connections' own records say it by a fingerprint. The index of a fingerprint, in a partition of its own, is written before the record and
 * cleared after it: it may name connections that do not hold the grant, but lacks none that does.
 */
@Injectable()
export class SharedGrants {
  private key: Promise<Buffer> | null = null;
  private readonly keys: SealingKeys;

  constructor(
    private readonly store: KeyValueStore,
    private readonly keyring: Keyring,
  ) {
    this.keys = keyring.sealingKeys('fingerprint key', { opensV1: true });
  }

  /**
   * Equal for the same grant, and says nothing of it.
   * @param grant the provider's name of the grant, or the token that lives as long as it
   */
  async fingerprint(integration: string, grant: string): Promise<string> {
    this.key ??= this.readOrCreateKey().catch((error: unknown) => {
      this.key = null;
      throw error;
    });
    return createHmac('sha256', await this.key)
      .update(JSON.stringify([integration, grant]))
      .digest('base64url');
  }

  /** Comes before the connection's record has the fingerprint. */
  async join(fingerprint: string, id: string): Promise<void> {
    const { partition, key } = holdersRef(fingerprint);
    await this.store.commitIfUnchanged(partition, {
      put: [{ key, value: randomUUID() }],
      addToIndex: [{ index: key, member: id }],
    });
  }

  /** Comes after the connection's record has lost the fingerprint. Of any number of concurrent callers, at most one is the last. */
  async leave(fingerprint: string, id: string): Promise<Leaving> {
    const { partition, key } = holdersRef(fingerprint);
    const removeFromIndex = [{ index: key, member: id }];
    for (let race = 0; race < MAX_RACES; race += 1) {
      // Changes with every connection that joins.
      const value = await this.store.get({ partition, key });
      if (!(await this.holders(fingerprint, id).next()).done) {
        await this.store.commitIfUnchanged(partition, { removeFromIndex });
        return 'shared';
      }
      const change = { expect: [{ key, value }], remove: [key], removeFromIndex };
      if (await this.store.commitIfUnchanged(partition, change)) return value === null ? 'ended' : 'last';
    }
    throw new Problem('store-unavailable', 'Too many changes to one grant at the same time. Try again.');
  }

  /** Only clears the index: whoever made a connection of the grant has joined with that. */
  async forget(fingerprint: string, id: string): Promise<void> {
    const { partition, key } = holdersRef(fingerprint);
    await this.store.commitIfUnchanged(partition, { removeFromIndex: [{ index: key, member: id }] });
  }

  /** The other connections whose credential is of this grant and was not refused. */
  async *others(fingerprint: string, id: string): AsyncGenerator<ConnectionRecord, void> {
    for await (const holder of this.holders(fingerprint, id)) if (holder !== 'waiting') yield holder;
  }

  /** `waiting`: a grant of which a connection may be made in the next minutes. */
  private async *holders(fingerprint: string, id: string): AsyncGenerator<ConnectionRecord | 'waiting', void> {
    const { partition, key } = holdersRef(fingerprint);
    for (let before: string | undefined; ;) {
      const ids = await this.store.pageDescending(partition, key, { limit: SCAN, before });
      const values = await this.store.getMany(ids.map(refOfHolder));
      for (const [position, value] of values.entries()) {
        const holder = ids[position] ?? '';
        if (value === null || holder === id) continue;
        if (partitionOfConnection(holder) === null) yield 'waiting';
        else {
          const record = JSON.parse(value) as ConnectionRecord;
          if (record.grant === fingerprint && record.problem === null) yield record;
        }
      }
      before = ids.at(-1);
      if (before === undefined || ids.length < SCAN) return;
    }
  }

  /** Encrypts the key of the fingerprints with the first key of the keyring, so that they stay the same when encryption keys change. */
  async reencryptKey(): Promise<void> {
    const sealed = await this.findKey();
    const [key = ''] = this.keyNames();
    const present = await this.store.get({ partition: KEY_PARTITION, key });
    if (sealed === null || (present !== null && this.keys.isCurrent(present))) return;
    const value = this.keys.seal(this.keys.open(sealed, KEY_CONTEXT), KEY_CONTEXT);
    await this.store.commitIfUnchanged(KEY_PARTITION, { expect: [{ key, value: present }], put: [{ key, value }] });
  }

  private async readOrCreateKey(): Promise<Buffer> {
    let sealed = await this.findKey();
    if (sealed === null) {
      const value = this.keys.seal(randomBytes(32).toString('base64url'), KEY_CONTEXT);
      const [key = ''] = this.keyNames();
      await this.store.commitIfUnchanged(KEY_PARTITION, { expect: [{ key, value: null }], put: [{ key, value }] });
      sealed = await this.findKey();
    }
    return Buffer.from(this.keys.open(sealed ?? '', KEY_CONTEXT), 'base64url');
  }

  private async findKey(): Promise<string | null> {
    const values = await this.store.getMany(this.keyNames().map((key) => ({ partition: KEY_PARTITION, key })));
    return values.find((value) => value !== null) ?? null;
  }

  /** One for each encryption key: where all of them were lost, new connections have fingerprints of a new key. */
  private keyNames(): string[] {
    return this.keyring.fingerprints.map((fingerprint) => `fingerprint-key:${fingerprint}`);
  }
}

/** Where all holders of one grant exclude each other. */
export function grantRef(fingerprint: string, name: string): Ref {
  return { partition: partitionOf(`grant ${fingerprint}`), key: `${name}:${fingerprint}` };
}

/** Holds the grant `id` until a connection is made of it. */
export function waitingGrantRef(id: string): Ref {
  return { partition: 'waiting-grants', key: `waiting:${id}` };
}

function refOfHolder(id: string): Ref {
  const partition = partitionOfConnection(id);
  return partition === null ? waitingGrantRef(id) : { partition, key: connectionKey(id) };
}

export function holdersRef(fingerprint: string): Ref {
  return grantRef(fingerprint, 'grant');
}
