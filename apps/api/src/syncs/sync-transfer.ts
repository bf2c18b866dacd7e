import { Inject, Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import type { RecordStore } from '@causeway/records';
import { ConnectionRepository } from '../connections/connection.repository.js';
import type { Owner } from '../connections/connection-keys.js';
import { RECORD_STORE } from '../store/record-store.module.js';
import { nameOf, newSalt, SyncSeal, type SyncSettings } from './sync-records.js';

/** More than any connection has. */
const MAX_SYNCS = 1_000;

/** A sync in clear, for another installation with other keys. */
export interface TransferredSync extends Omit<SyncSettings, 'salt'> {
  id: string;
  createdAt: number;
}

@Injectable()
export class SyncTransfer {
  constructor(
    @Inject(RECORD_STORE) private readonly records: RecordStore | null,
    private readonly repository: ConnectionRepository,
    private readonly keyring: Keyring,
  ) {}

  /** @throws Problem `store-unavailable` */
  async export(connectionId: string): Promise<{ syncs: TransferredSync[]; unreadable: number }> {
    const found = (await this.records?.list({ connectionId }, MAX_SYNCS, null)) ?? [];
    const syncs = found.flatMap((collection) => {
      const { id, createdAt } = collection;
      const seal = new SyncSeal(this.keyring, id);
      if (!seal.canOpen(collection)) return [];
      const { salt: _salt, ...settings } = seal.openSettings(collection);
      return [{ id, createdAt, ...settings }];
    });
    return { syncs, unreadable: found.length - syncs.length };
  }

  /**
   * For the connection to this account, whatever its id is here. Ids of syncs are kept, unless another sync has one.
   * @returns how many were made: none for those that are there; `null`: this installation keeps no syncs
   */
  async import(owner: Owner, syncs: readonly TransferredSync[]): Promise<number | null> {
    const { records } = this;
    if (records === null) return null;
    const connectionId = await this.repository.idOf(owner);
    if (connectionId === null) return 0;
    let made = 0;
    for (const { id, createdAt, ...settings } of syncs) {
      const { types, parent, paused } = settings;
      const { orgId, userId } = owner;
      if ((await records.find(id)) !== null) continue;
      const sealed = new SyncSeal(this.keyring, id).settings({ ...settings, salt: newSalt() });
      const name = nameOf(connectionId, types, parent);
      const nextRunAt = paused ? null : Date.now();
      const collection = { id, name, connectionId, orgId, userId, settings: sealed, createdAt, nextRunAt };
      if ((await records.create(collection)) === null) made += 1;
    }
    return made;
  }

  async close(): Promise<void> {
    await this.records?.close();
  }
}
