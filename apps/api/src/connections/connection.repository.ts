import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Problem } from '@causeway/problem';
import { KeyValueStore, type Change, type Ref } from '@causeway/store';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionFeed, type EventType } from './connection-feed.js';
import type { Actor } from '../access/actor.js';
import type { ChangeOutbox } from './change-outbox.js';
import type { AuditEntry } from './audit-entry.js';
import { AuditLog } from './audit-log.js';
import { DIRECTORY, indexMember, indexesOf } from './connection-index.js';
import { accountRef, connectionRef, ownRecords, usedRef, type Owner } from './connection-keys.js';
import { accountEntryOf, ConnectionListing, entryOf, isStampCurrent } from './connection-listing.js';
import { idleRefreshEntries, isScheduledAnew } from './idle-refresh-schedule.js';
import { ConnectionReader } from './connection-reader.js';
import { connectionKey, type ConnectionRecord } from './connection-record.js';
import { partitionOf, partitionOfConnection } from '../store/partition.js';

const MAX_RACES = 20;
/** `lastUsedAt` is written at most this often for one connection and process. */
const USE_RESOLUTION_MS = 30_000;

/** Connections in the store: each is written with its indexes in one commit, and changed by compare-and-set. */
@Injectable()
export class ConnectionRepository extends ConnectionReader {
  /** Connections whose last use was written a moment ago. */
  private readonly recentlyUsed: LRUCache<string, true>;
  private outbox: ChangeOutbox | null = null;
  private readonly removalListeners: ((id: string) => void)[] = [];

  constructor(
    store: KeyValueStore,
    @Inject(CONFIGURATION) config: Configuration,
    listing: ConnectionListing,
    private readonly feed: ConnectionFeed,
    private readonly auditLog: AuditLog,
  ) {
    super(store, config, listing);
    const ttl = Math.ceil(Math.min(USE_RESOLUTION_MS, (config.credentialTtlMs ?? Infinity) / 10));
    // By default the cache reads the clock, and sets a timer, once a millisecond.
    this.recentlyUsed = new LRUCache({
      // `max` would allocate room for all of them at the start.
      maxSize: 50_000,
      sizeCalculation: () => 1,
      ttl,
      ttlResolution: Math.ceil(ttl / 10),
    });
  }

  /** The id of the connection for exactly this account. */
  idOf(owner: Owner): Promise<string | null> {
    return this.store.get(accountRef(owner));
  }

  /** False if there is a connection for the same account. */
  async create(created: ConnectionRecord, entry: AuditEntry): Promise<boolean> {
    const record = this.listing.stamped(created);
    const partition = partitionOf(record.orgId);
    const member = indexMember(record);
    const inDirectory = [{ index: DIRECTORY.index, member }, accountEntryOf(record), ...idleRefreshEntries(record)];
    await this.listing.announce(record, ...inDirectory);
    const account = accountRef(record).key;
    const told = await this.outbox?.announce('connection.created', record, entry.actor);
    const insteadOf = (id: string | null) =>
      this.auditLog.commit(
        record,
        entry,
        {
          expect: [{ key: account, value: id }],
          put: [
            { key: connectionKey(record.id), value: JSON.stringify(record) },
            { key: account, value: record.id },
            this.usedEntry(record.id, ''),
            ...(told?.put ?? []),
          ],
          addToIndex: [...indexesOf(record).map((index) => ({ index, member })), entryOf(record)],
          append: this.feed.entries('connection.created', record),
        },
        () => this.feed.publish('connection.created', record),
      );
    const isCreated = (await insteadOf(null)) || (await this.replaceMissing({ partition, key: account }, insteadOf));
    if (isCreated) told?.committed();
    else await this.listing.withdraw(record, ...inDirectory);
    return isCreated;
  }

  /** An account whose connection is gone, or is not readable any more, is free for another one. */
  private async replaceMissing(account: Ref, insteadOf: (id: string) => Promise<boolean>): Promise<boolean> {
    const id = await this.store.get(account);
    if (id === null || (await this.store.get(connectionRef(account.partition, id))) !== null) return false;
    return insteadOf(id);
  }

  /**
   * Changes a record by compare-and-set. `change` is called again if another change came first;
   * it returns `null` to change nothing.
   * @param effects the audit entry and the live event of the change; `null`: neither
   * @returns the record as it is stored now; `null` if it is gone or `change` returned `null`
   */
  async update(
    id: string,
    change: (record: ConnectionRecord) => ConnectionRecord | null,
    effects: { auditEntry: AuditEntry; event: EventType } | null,
  ): Promise<ConnectionRecord | null> {
    const partition = partitionOfConnection(id);
    if (partition === null) return null;
    const ref = connectionRef(partition, id);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const value = await this.store.get(ref);
      const record = value === null ? null : (JSON.parse(value) as ConnectionRecord);
      const changed = record === null ? null : change(record);
      if (record === null || changed === null) return null;
      const next = isStampCurrent(changed) ? changed : this.listing.stamped(changed);
      const update = { expect: [{ key: ref.key, value }], put: [{ key: ref.key, value: JSON.stringify(next) }] };
      const isUpdated =
        next === changed
          ? await this.commit(next, update, effects)
          : await this.relist(record, next, (relisting) => this.commit(next, { ...update, ...relisting }, effects));
      if (!isUpdated) continue;
      if (isScheduledAnew(record, next))
        await this.store.commitIfUnchanged(DIRECTORY.partition, { addToIndex: idleRefreshEntries(next) });
      return next;
    }
    throw new Problem('store-unavailable', 'Too many changes to one connection at the same time. Try again.');
  }

  private async commit(
    next: ConnectionRecord,
    update: Change,
    effects: { auditEntry: AuditEntry; event: EventType } | null,
  ): Promise<boolean> {
    if (effects === null) return this.store.commitIfUnchanged(partitionOf(next.orgId), update);
    const { auditEntry, event } = effects;
    const told = await this.outbox?.announce(event, next, auditEntry.actor);
    const put = [...(update.put ?? []), ...(told?.put ?? [])];
    const change = { ...update, put, append: this.feed.entries(event, next) };
    const isCommitted = await this.auditLog.commit(next, auditEntry, change, () => this.feed.publish(event, next));
    if (isCommitted) told?.committed();
    return isCommitted;
  }

  /** After a version that does not know the listing wrote the record. */
  async listAnew(id: string): Promise<void> {
    const record =
      (await this.update(id, (found) => (isStampCurrent(found) ? null : found), null)) ?? (await this.read(id));
    if (record !== null) await this.listing.add([record]);
  }

  /** Around the commit of `next`, which is listed otherwise than `record`. */
  private async relist(
    record: ConnectionRecord,
    next: ConnectionRecord,
    commit: (relisting: Pick<Change, 'addToIndex' | 'removeFromIndex'>) => Promise<boolean>,
  ): Promise<boolean> {
    await this.listing.announce(next);
    const isCommitted = await commit({ removeFromIndex: [entryOf(record)], addToIndex: [entryOf(next)] });
    // What cannot be withdrawn now, `ListingMaintenance` removes.
    await this.listing.withdraw(isCommitted ? record : next).catch(() => undefined);
    return isCommitted;
  }

  tellTo(outbox: ChangeOutbox): void {
    this.outbox = outbox;
  }

  /** Of connections that this process removes; others are not told. */
  onRemoved(listener: (id: string) => void): void {
    this.removalListeners.push(listener);
  }

  /** @returns the record that was removed; `null` if it was gone already. */
  async remove(id: string, actor: Actor): Promise<ConnectionRecord | null> {
    const partition = partitionOfConnection(id);
    if (partition === null) return null;
    const { key } = connectionRef(partition, id);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const value = await this.store.get({ partition, key });
      if (value === null) return null;
      const record = JSON.parse(value) as ConnectionRecord;
      const member = indexMember(record);
      const told = await this.outbox?.announce('connection.deleted', record, actor);
      const removed = await this.store.commitIfUnchanged(partition, {
        expect: [{ key, value }],
        ...ownRecords(id, accountRef(record).key),
        put: told?.put ?? [],
        append: this.feed.entries('connection.deleted', record),
        removeFromIndex: [...indexesOf(record).map((index) => ({ index, member })), entryOf(record)],
      });
      if (!removed) continue;
      told?.committed();
      await this.listing.withdraw(
        record,
        { index: DIRECTORY.index, member },
        accountEntryOf(record),
        ...idleRefreshEntries(record),
      );
      await this.feed.publish('connection.deleted', record);
      for (const listener of this.removalListeners) listener(id);
      return record;
    }
    throw new Problem('store-unavailable', 'Too many changes to one connection at the same time. Try again.');
  }

  /**
   * Removes a record that is there and is not authentic; members of indexes that name it stay.
   * @returns whether there was one
   * @throws Problem `store-unavailable` for a record whose key this process lacks: others can read it
   */
  async removeUnreadable(id: string): Promise<boolean> {
    const partition = partitionOfConnection(id);
    if (partition === null) return false;
    if ((await this.store.get(connectionRef(partition, id))) !== null) return false;
    const key = connectionKey(id);
    return this.store.commitIfUnchanged(partition, { expectPresent: [key], ...ownRecords(id) });
  }

  /** Writes that a connection was used now, which also keeps it from being forgotten. */
  async touch(id: string): Promise<void> {
    const partition = partitionOfConnection(id);
    if (partition === null || this.recentlyUsed.has(id)) return;
    this.recentlyUsed.set(id, true);
    await this.store.commitIfUnchanged(partition, {
      expectPresent: [connectionKey(id)],
      put: [this.usedEntry(id, String(Date.now()))],
    });
  }

  private usedEntry(id: string, value: string): { key: string; value: string; ttlMs: number | undefined } {
    return { key: usedRef('', id).key, value, ttlMs: this.config.credentialTtlMs ?? undefined };
  }
}
