import type { KeyValueStore } from '@causeway/store';
import type { Configuration } from '../configuration/configuration.js';
import { DIRECTORY, idOfMember, indexMember, indexesFor, type IndexedBy } from './connection-index.js';
import { connectionRef, usedRef } from './connection-keys.js';
import {
  ConnectionCounts,
  isFoundBy,
  isListedAs,
  newestOf,
  statusOf,
  type ConnectionCount,
  type ConnectionListing,
  type ListingQuery,
} from './connection-listing.js';
import type { ConnectionRecord } from './connection-record.js';
import { partitionOfConnection } from '../store/partition.js';

export interface FoundConnection {
  record: ConnectionRecord;
  lastUsedAt: number | null;
}

export type ConnectionFilter = IndexedBy & ListingQuery;

/** Members in descending order, below `before` if it is given. */
type MemberSource = (before: string | undefined, limit: number) => Promise<string[]>;

const BATCH = 200;

/** Single connections, and lists of them. */
export class ConnectionReader {
  constructor(
    protected readonly store: KeyValueStore,
    protected readonly config: Configuration,
    protected readonly listing: ConnectionListing,
  ) {}

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

  /** In the order of the ids; `null` also for one that cannot be read, which does not hide the others. */
  async readAll(ids: readonly string[]): Promise<(ConnectionRecord | null)[]> {
    return (await this.findAll(ids)).map((found) => found?.record ?? null);
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
    const searchedId = filter.search?.trim() ?? '';
    if (partitionOfConnection(searchedId) !== null) {
      const entry = after === null ? await this.find(searchedId) : null;
      const isFound =
        entry !== null && matches(entry.record, { ...filter, search: undefined }) && isVisible(entry.record);
      return { found: isFound ? [entry] : [], last: null };
    }
    const newest = this.sourceOf(filter, orgIds);
    const found: FoundConnection[] = [];
    for (let before = after ?? undefined, size = limit + 1; ; size = BATCH) {
      const members = await newest(before, size);
      for (let at = 0; at < members.length; at += BATCH) {
        const batch = members.slice(at, at + BATCH);
        for (const [position, entry] of (await this.findAll(batch.map(idOfMember))).entries()) {
          before = batch[position] ?? '';
          if (entry === null || !isListedAs(entry.record, before)) continue;
          if (!matches(entry.record, filter) || !isVisible(entry.record)) continue;
          if (found.length === limit) return { found, last: indexMember(found[limit - 1]?.record ?? entry.record) };
          found.push(entry);
        }
      }
      if (members.length < size) return { found, last: null };
    }
  }

  /** By integration and status. @param orgIds as for `list` */
  async counts(
    owner: IndexedBy,
    orgIds: readonly string[] | null = null,
    isVisible: (record: ConnectionRecord) => boolean = () => true,
  ): Promise<ConnectionCount[]> {
    const { orgId, userId } = owner;
    if (userId === undefined && this.listing.isComplete)
      return this.listing.counts(orgId === undefined ? orgIds : [orgId]);
    const counts = new ConnectionCounts();
    for (let after: string | null = null; ;) {
      const { found, last } = await this.list(owner, BATCH, after, orgIds, isVisible);
      for (const { record } of found) counts.add(record.integration, statusOf(record), 1);
      if (last === null) return counts.all();
      after = last;
    }
  }

  /** All connections to an account at the provider. */
  async *ofAccount(integration: string, accountId: string): AsyncGenerator<ConnectionRecord, void> {
    for (let before: string | undefined; ;) {
      const ids = await this.listing.ofAccount(integration, accountId, before, BATCH);
      const records = await Promise.all(ids.map((id) => this.read(id)));
      for (const record of records)
        if (record?.integration === integration && record.account.id === accountId) yield record;
      before = ids.at(-1);
      if (ids.length < BATCH) return;
    }
  }

  /** Of a user's connections to an integration the one that was connected last. */
  async latest(orgId: string, userId: string, integration: string): Promise<FoundConnection | null> {
    let latest: FoundConnection | null = null;
    for (let after: string | null = null; ;) {
      const page: { found: FoundConnection[]; last: string | null } = await this.list(
        { orgId, userId, integration },
        BATCH,
        after,
      );
      for (const entry of page.found) {
        if (latest === null || entry.record.connectedAt > latest.record.connectedAt) latest = entry;
      }
      after = page.last;
      if (after === null) return latest;
    }
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

  /** What is listed of a user is few; of an organization, or of all of them, the listing finds what the filter leaves. */
  private sourceOf(filter: ConnectionFilter, orgIds: readonly string[] | null): MemberSource {
    const { orgId, userId, integration, status, search } = filter;
    const listed = orgId === undefined ? orgIds : [orgId];
    const isOfUser = listed !== null && userId !== undefined;
    const isFiltered = [userId, integration, status, search].some((value) => value !== undefined);
    if (isFiltered && !isOfUser && this.listing.isComplete)
      return (before, limit) => this.listing.newest(filter, listed, before, limit);
    const indexes = indexesFor(filter, orgIds);
    return async (before, limit) =>
      newestOf(
        await Promise.all(
          indexes.map(({ partition, index }) => this.store.pageDescending(partition, index, { limit, before })),
        ),
        limit,
      );
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
    const record = JSON.parse(value) as ConnectionRecord;
    const lastUsedAt = used === null || used === '' ? null : Number(used);
    const { credentialTtlMs } = this.config;
    if (credentialTtlMs === null) return { record, lastUsedAt };
    // What the last use left expires by the setting of the process that wrote it: there may have been none, or a longer one.
    const isForgotten = used === null || Date.now() - (lastUsedAt ?? record.connectedAt) > credentialTtlMs;
    return isForgotten ? null : { record, lastUsedAt };
  }
}

function matches(record: ConnectionRecord, filter: ConnectionFilter): boolean {
  const { orgId, userId, integration, status, search } = filter;
  return (
    (orgId === undefined || record.orgId === orgId) &&
    (userId === undefined || record.userId === userId) &&
    (integration === undefined || record.integration === integration) &&
    (status === undefined || statusOf(record) === status) &&
    (search === undefined || isFoundBy(record, search))
  );
}
