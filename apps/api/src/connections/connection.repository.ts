import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Problem } from '@causeway/problem';
import { KeyValueStore, type Ref } from '@causeway/store';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionFeed, type EventType } from './connection-feed.js';
import type { AuditEntry } from './audit-entry.js';
import { AuditLog } from './audit-log.js';
import {
  DIRECTORY,
  idOfMember,
  indexMember,
  indexesFor,
  indexesOf,
  type Index,
  type IndexedBy,
} from './connection-index.js';
import { accountRef, connectionRef, ownRecords, usedRef, type Owner } from './connection-keys.js';
import { connectionKey, partitionOf, partitionOfConnection, type ConnectionRecord } from './connection-record.js';

export interface FoundConnection {
  record: ConnectionRecord;
  lastUsedAt: number | null;
}

export interface ConnectionFilter extends IndexedBy {
  integration?: string | undefined;
  status?: 'active' | 'needs-reconnect' | undefined;
}

const SCAN = 200;
const MAX_RACES = 20;
/** `lastUsedAt` is written at most this often for one connection and process. */
const USE_RESOLUTION_MS = 30_000;

/** Connections in the store: each is written with its indexes in one commit, and changed by compare-and-set. */
@Injectable()
export class ConnectionRepository {
  /** Connections whose last use was written a moment ago. */
  private readonly recentlyUsed: LRUCache<string, true>;

  constructor(
    private readonly store: KeyValueStore,
    @Inject(CONFIGURATION) private readonly config: Configuration,
    private readonly feed: ConnectionFeed,
    private readonly auditLog: AuditLog,
  ) {
    const ttl = Math.ceil(Math.min(USE_RESOLUTION_MS, (config.credentialTtlMs ?? Infinity) / 10));
    // By default the cache reads the clock, and sets a timer, once a millisecond.
    this.recentlyUsed = new LRUCache({ max: 50_000, ttl, ttlResolution: Math.ceil(ttl / 10) });
  }

  /** `null` also for a connection that was not used for longer than `CREDENTIAL_TTL_SECONDS`. */
  async find(id: string): Promise<FoundConnection | null> {
    const partition = partitionOfConnection(id);
    if (partition === null) return null;
    // Not `getMany`, which skips what cannot be read: a record whose key this process lacks is not unknown.
    const [value, used] = await Promise.all([
      this.store.get(connectionRef(partition, id)),
      this.store.get(usedRef(partition, id)),
    ]);
    return value === null ? null : this.found(value, used);
  }

  /** Only the record, in a single read: for the hot path. */
  async read(id: string): Promise<ConnectionRecord | null> {
    if (this.config.credentialTtlMs !== null) return (await this.find(id))?.record ?? null;
    const partition = partitionOfConnection(id);
    const value = partition === null ? null : await this.store.get(connectionRef(partition, id));
    return value === null ? null : (JSON.parse(value) as ConnectionRecord);
  }

  /** The id of the connection for exactly this account. */
  idOf(owner: Owner): Promise<string | null> {
    return this.store.get(accountRef(owner));
  }

  /** False if there is a connection for the same account. */
  async create(record: ConnectionRecord, entry: AuditEntry): Promise<boolean> {
    const partition = partitionOf(record.orgId);
    const member = indexMember(record);
    await this.store.commitIfUnchanged(DIRECTORY.partition, { addToIndex: [{ ...DIRECTORY, member }] });
    const account = accountRef(record).key;
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
          ],
          addToIndex: indexesOf(record).map((index) => ({ index, member })),
          append: this.feed.entries('connection.created', record),
        },
        () => this.feed.publish('connection.created', record),
      );
    const created = (await insteadOf(null)) || (await this.replaceMissing({ partition, key: account }, insteadOf));
    if (!created)
      await this.store.commitIfUnchanged(DIRECTORY.partition, { removeFromIndex: [{ ...DIRECTORY, member }] });
    return created;
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
    const { key } = connectionRef(partition, id);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const value = await this.store.get({ partition, key });
      const next = value === null ? null : change(JSON.parse(value) as ConnectionRecord);
      if (next === null) return null;
      const update = { expect: [{ key, value }], put: [{ key, value: JSON.stringify(next) }] };
      const isUpdated =
        effects === null
          ? await this.store.commitIfUnchanged(partition, update)
          : await this.auditLog.commit(
              next,
              effects.auditEntry,
              { ...update, append: this.feed.entries(effects.event, next) },
              () => this.feed.publish(effects.event, next),
            );
      if (isUpdated) return next;
    }
    throw new Problem('store-unavailable', 'Too many changes to one connection at the same time. Try again.');
  }

  /** @returns the record that was removed; `null` if it was gone already. */
  async remove(id: string): Promise<ConnectionRecord | null> {
    const partition = partitionOfConnection(id);
    if (partition === null) return null;
    const { key } = connectionRef(partition, id);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const value = await this.store.get({ partition, key });
      if (value === null) return null;
      const record = JSON.parse(value) as ConnectionRecord;
      const member = indexMember(record);
      const removed = await this.store.commitIfUnchanged(partition, {
        expect: [{ key, value }],
        ...ownRecords(id, accountRef(record).key),
        append: this.feed.entries('connection.deleted', record),
        removeFromIndex: indexesOf(record).map((index) => ({ index, member })),
      });
      if (!removed) continue;
      await this.store.commitIfUnchanged(DIRECTORY.partition, { removeFromIndex: [{ ...DIRECTORY, member }] });
      await this.feed.publish('connection.deleted', record);
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

  /**
   * Newest first. `after` is where the page before ended.
   * @param orgIds whose connections are listed where the filter names no organization; `null`: those of all
   */
  async list(
    filter: ConnectionFilter,
    limit: number,
    after: string | null,
    orgIds: readonly string[] | null = null,
    isVisible: (record: ConnectionRecord) => boolean = () => true,
  ): Promise<{ found: FoundConnection[]; last: string | null }> {
    const indexes = indexesFor(filter, orgIds);
    const found: FoundConnection[] = [];
    for (let before = after, size = Math.min(limit + 1, SCAN); ; size = SCAN) {
      const members = await this.newest(indexes, before ?? undefined, size);
      const entries = await this.findAll(members.map(idOfMember));
      for (const [position, entry] of entries.entries()) {
        before = members[position] ?? before;
        if (entry === null || !matches(entry.record, filter) || !isVisible(entry.record)) continue;
        if (found.length === limit) return { found, last: indexMember(found[limit - 1]?.record ?? entry.record) };
        found.push(entry);
      }
      if (members.length < size) return { found, last: null };
    }
  }

  /** The members of several indexes in one order: it is that of the members, by age. */
  private async newest(indexes: readonly Index[], before: string | undefined, limit: number): Promise<string[]> {
    const pages = await Promise.all(
      indexes.map(({ partition, index }) => this.store.pageDescending(partition, index, { limit, before })),
    );
    if (pages.length === 1) return pages[0] ?? [];
    return pages
      .flat()
      .sort((one, other) => (one < other ? 1 : -1))
      .slice(0, limit);
  }

  /** Of a user's connections to an integration the one that was connected last. */
  async latest(orgId: string, userId: string, integration: string): Promise<FoundConnection | null> {
    let latest: FoundConnection | null = null;
    for (let after: string | null = null; ;) {
      const page: { found: FoundConnection[]; last: string | null } = await this.list(
        { orgId, userId, integration },
        SCAN,
        after,
      );
      for (const entry of page.found) {
        if (latest === null || entry.record.connectedAt > latest.record.connectedAt) latest = entry;
      }
      after = page.last;
      if (after === null) return latest;
    }
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

  /** The ids in one batch of all connections that were not used for longer than `CREDENTIAL_TTL_SECONDS`. */
  async forgotten(batch: number, before: string | undefined): Promise<{ ids: string[]; last: string | undefined }> {
    const members = await this.store.pageDescending(DIRECTORY.partition, DIRECTORY.index, { limit: batch, before });
    const ids = members.map(idOfMember);
    const found = await this.findAll(ids);
    return {
      ids: ids.filter((_, position) => found[position] === null),
      last: members.length < batch ? undefined : members.at(-1),
    };
  }

  private async findAll(ids: readonly string[]): Promise<(FoundConnection | null)[]> {
    const refs = ids.flatMap((id) => {
      const partition = partitionOfConnection(id) ?? '';
      return [connectionRef(partition, id), usedRef(partition, id)];
    });
    const values = await this.store.getMany(refs);
    return ids.map((_, index) => {
      const value = values[2 * index] ?? null;
      return value === null ? null : this.found(value, values[2 * index + 1] ?? null);
    });
  }

  private found(value: string, used: string | null): FoundConnection | null {
    if (used === null && this.config.credentialTtlMs !== null) return null;
    return {
      record: JSON.parse(value) as ConnectionRecord,
      lastUsedAt: used === null || used === '' ? null : Number(used),
    };
  }

  private usedEntry(id: string, value: string): { key: string; value: string; ttlMs: number | undefined } {
    return { key: usedRef('', id).key, value, ttlMs: this.config.credentialTtlMs ?? undefined };
  }
}

function matches(record: ConnectionRecord, { orgId, userId, integration, status }: ConnectionFilter): boolean {
  return (
    (orgId === undefined || record.orgId === orgId) &&
    (userId === undefined || record.userId === userId) &&
    (integration === undefined || record.integration === integration) &&
    (status === undefined || (record.problem === null) === (status === 'active'))
  );
}
