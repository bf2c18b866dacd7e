import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { open, type Database, type RootDatabase } from 'lmdb';
import { planChanges, type KnownRecord } from '../plan-changes.js';
import type {
  AppliedChanges,
  Collection,
  CollectionFilter,
  NewCollection,
  RecordChanges,
  RecordStore,
  RecordStoreObserver,
  RunEnd,
  RunKind,
  StoredRecord,
  StoredRun,
} from '../record-store.js';
import { SeenCache, SeenNumbers } from '../seen-numbers.js';
import { Failures } from '../failures.js';

const FILE = 'syncs.mdb';
/** So many records are removed in one transaction. */
const PORTION = 10_000;
const MAP_BYTES = 2 ** 40;
const LAST = Number.MAX_SAFE_INTEGER;

interface Row extends Collection {
  lastNumber: number;
  lastPage: number;
  requestedAt: number | null;
  /** What was asked for when the run that goes on began. */
  claimed: RunKind | null;
}

interface Lease {
  owner: string;
  orgId: string;
  until: number;
}

type Numbered = [collection: string, number: number];

/** `eventTurnBatching` and `overlappingSync`: as in the embedded store of the service, what was acknowledged is on the disk. */
export async function openEmbeddedRecordStore(directory: string, observer: RecordStoreObserver): Promise<RecordStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, FILE);
  const root = open({
    path,
    noSubdir: true,
    maxDbs: 10,
    // Addresses, not memory: a map that grows is mapped anew beside the old one, and all that was read counts twice.
    mapSize: MAP_BYTES,
    overlappingSync: false,
    eventTurnBatching: false,
  });
  for (const file of [path, `${path}-lock`]) await chmod(file, 0o600);
  return new EmbeddedRecordStore(root, new Failures(observer));
}

/** One process: leases are kept in memory, so that those of a process that has crashed are gone. */
class EmbeddedRecordStore implements RecordStore {
  readonly kind = 'embedded';
  private readonly collections: Database<Row, string>;
  private readonly names: Database<string, string>;
  /** By key: what a change has to know. */
  private readonly keys: Database<KnownRecord & { sequence: number }, [string, string]>;
  /** Without the values, so that looking through all of them touches little memory. */
  private readonly byNumber: Database<Omit<StoredRecord, 'value'>, Numbered>;
  private readonly values: Database<string, Numbered>;
  /** Numbers by sequence. */
  private readonly feed: Database<number, Numbered>;
  private readonly seenPages: Database<Buffer, Numbered>;
  private readonly runValues: Database<string, Numbered>;
  private readonly leases = new Map<string, Lease>();
  private readonly seen = new SeenCache();
  private closed = false;

  constructor(
    private readonly root: RootDatabase,
    private readonly failures: Failures,
  ) {
    this.collections = root.openDB({ name: 'collections' });
    this.names = root.openDB({ name: 'names' });
    this.keys = root.openDB({ name: 'keys' });
    this.byNumber = root.openDB({ name: 'records' });
    this.values = root.openDB({ name: 'values' });
    this.feed = root.openDB({ name: 'feed' });
    this.seenPages = root.openDB({ name: 'seen' });
    this.runValues = root.openDB({ name: 'runs' });
  }

  create(collection: NewCollection): Promise<Collection | null> {
    return this.write(() => {
      const id = this.names.get(collection.name);
      const existing = id === undefined ? undefined : this.collections.get(id);
      if (existing !== undefined) return viewOf(existing);
      void this.names.put(collection.name, collection.id);
      void this.collections.put(collection.id, newRow(collection));
      return null;
    });
  }

  find(id: string): Promise<Collection | null> {
    return this.read(() => {
      const row = this.collections.get(id);
      return row === undefined ? null : viewOf(row);
    });
  }

  list(
    filter: CollectionFilter,
    limit: number,
    after: { createdAt: number; id: string } | null,
  ): Promise<Collection[]> {
    return this.read(() => {
      const found: Row[] = [];
      for (const { value } of this.collections.getRange()) if (matches(value, filter)) found.push(value);
      found.sort(newestFirst);
      const from = after === null ? found : found.filter((row) => newestFirst(after, row) < 0);
      return from.slice(0, limit).map(viewOf);
    });
  }

  update(id: string, version: number, change: { settings: string; nextRunAt: number | null }): Promise<boolean> {
    return this.change(id, (row) => (row.version === version ? { ...row, ...change, version: version + 1 } : null));
  }

  async remove(id: string): Promise<boolean> {
    const isRemoved = await this.write(() => {
      const row = this.collections.get(id);
      if (row === undefined) return false;
      void this.collections.remove(id);
      if (this.names.get(row.name) === id) void this.names.remove(row.name);
      return true;
    });
    this.leases.delete(id);
    await this.removeContent(id);
    return isRemoved;
  }

  request(id: string, kind: RunKind, { afterRunning }: { afterRunning: boolean }): Promise<boolean> {
    return this.change(id, (row) => {
      const { requested, claimed } = row;
      const isFull = kind === 'full';
      const next = row.running
        ? isFull && afterRunning && claimed !== 'full'
          ? kind
          : requested
        : isFull || requested === 'full'
          ? 'full'
          : 'changes';
      return { ...row, requested: next, requestedAt: row.requestedAt ?? Date.now() };
    });
  }

  async claim(owner: string, leaseMs: number, now: number): Promise<Collection | null> {
    return this.write(() => {
      const busy = new Map<string, number>();
      for (const { orgId, until } of this.leases.values())
        if (until > Date.now()) busy.set(orgId, (busy.get(orgId) ?? 0) + 1);
      let best: { row: Row; order: [number, number] } | null = null;
      for (const { value: row } of this.collections.getRange()) {
        if ((this.leases.get(row.id)?.until ?? 0) > Date.now()) continue;
        const dueAt = dueTime(row);
        if (dueAt === null || dueAt > now) continue;
        const order: [number, number] = [busy.get(row.orgId) ?? 0, dueAt];
        if (best === null || order[0] < best.order[0] || (order[0] === best.order[0] && order[1] < best.order[1]))
          best = { row, order };
      }
      if (best === null) return null;
      const { row } = best;
      this.leases.set(row.id, { owner, orgId: row.orgId, until: Date.now() + leaseMs });
      if (row.running) return { ...viewOf(row), requested: row.claimed };
      const claimed = { ...row, running: true, claimed: row.requested, requested: null, requestedAt: null };
      void this.collections.put(row.id, claimed);
      return { ...viewOf(claimed), requested: row.requested };
    });
  }

  extend(id: string, owner: string, leaseMs: number): Promise<boolean> {
    const lease = this.leaseOf(id, owner);
    if (lease !== null) lease.until = Date.now() + leaseMs;
    return Promise.resolve(lease !== null);
  }

  release(id: string, owner: string): Promise<void> {
    if (this.leases.get(id)?.owner === owner) this.leases.delete(id);
    return Promise.resolve();
  }

  apply(id: string, owner: string, changes: RecordChanges): Promise<AppliedChanges | null> {
    return this.write(() => {
      const row = this.collections.get(id);
      if (row === undefined || this.leaseOf(id, owner) === null) return null;
      const known = new Map<string, KnownRecord & { sequence: number }>();
      for (const { key } of [...changes.upserts, ...changes.deletes]) {
        const record = this.keys.get([id, key]);
        if (record !== undefined) known.set(key, record);
      }
      const plan = planChanges(changes, known, row);
      for (const { key, type, hash, value, isDeleted, number, sequence } of plan.records) {
        const before = known.get(key);
        if (before !== undefined) void this.feed.remove([id, before.sequence]);
        const kept = type ?? this.byNumber.get([id, number])?.type ?? '';
        void this.keys.put([id, key], { number, hash, isDeleted, sequence });
        const stored = { key, type: kept, isDeleted, sequence, number, changedAt: changes.now };
        void this.byNumber.put([id, number], stored);
        void this.values.put([id, number], value);
        void this.feed.put([id, sequence], number);
      }
      let { lastPage } = row;
      if (changes.forgetSeen) for (const key of this.seenPages.getKeys(within(id))) void this.seenPages.remove(key);
      if (changes.seen && plan.seen.length > 0)
        void this.seenPages.put([id, (lastPage += 1)], SeenNumbers.pack(plan.seen));
      const { applied } = plan;
      this.putRun(id, { ...changes.run, value: changes.run.value(applied) });
      const { sequence, lastNumber, sizeBy } = plan;
      const size = row.size + sizeBy;
      void this.collections.put(id, { ...row, state: changes.state(applied), size, sequence, lastNumber, lastPage });
      return applied;
    });
  }

  async end(id: string, owner: string, { state, run, nextRunAt }: RunEnd): Promise<boolean> {
    const isEnded = await this.change(id, (row) => {
      if (this.leaseOf(id, owner) === null) return null;
      this.putRun(id, run);
      return { ...row, state, nextRunAt, running: false, claimed: null };
    });
    if (isEnded) await this.release(id, owner);
    return isEnded;
  }

  runs(id: string, limit: number, before: number | null): Promise<{ number: number; value: string }[]> {
    return this.read(() =>
      [...this.runValues.getRange({ start: [id, (before ?? LAST) - 1], end: [id, 0], reverse: true, limit })].map(
        ({ key, value }) => ({ number: key[1], value }),
      ),
    );
  }

  changes(id: string, after: number, limit: number): Promise<StoredRecord[]> {
    return this.read(() => {
      const numbers = this.feed.getRange({ start: [id, after + 1], end: [id, LAST], limit });
      return [...numbers]
        .map(({ value }) => this.stored(id, this.byNumber.get([id, value])))
        .filter((record) => record !== null);
    });
  }

  records(id: string, type: string | null, after: number, limit: number): Promise<StoredRecord[]> {
    const isWanted = (record: Omit<StoredRecord, 'value'>) => type === null || record.type === type;
    return this.read(() => this.existing(id, after, limit, isWanted));
  }

  async unseen(id: string, after: number, limit: number): Promise<StoredRecord[]> {
    const seen = await this.seenOf(id);
    return this.read(() => this.existing(id, after, limit, ({ number }) => !seen.has(number)));
  }

  async counts(id: string): Promise<{ known: Record<string, number>; unseen: Record<string, number> }> {
    const seen = await this.seenOf(id);
    return this.read(() => {
      const known: Record<string, number> = {};
      const unseen: Record<string, number> = {};
      for (const { value } of this.byNumber.getRange(within(id))) {
        const { type, number, isDeleted } = value;
        if (isDeleted) continue;
        known[type] = (known[type] ?? 0) + 1;
        if (!seen.has(number)) unseen[type] = (unseen[type] ?? 0) + 1;
      }
      return { known, unseen };
    });
  }

  async forgetDeletes(before: number): Promise<void> {
    const ids = await this.read(() => [...this.collections.getKeys()]);
    for (const id of ids) {
      await this.change(id, (row) => {
        let deletesFrom = row.deletesFrom;
        for (const { value } of this.byNumber.getRange(within(id))) {
          const { isDeleted, changedAt, key, number, sequence } = value;
          if (!isDeleted || changedAt >= before) continue;
          this.removeRecord(id, { key, number, sequence });
          deletesFrom = Math.max(deletesFrom, sequence);
        }
        return deletesFrom === row.deletesFrom ? null : { ...row, deletesFrom };
      });
    }
    // Of collections whose removal was interrupted.
    const known = new Set(ids);
    const left = await this.read(() => new Set([...this.runValues.getKeys()].map(([id]) => id)));
    for (const id of left) if (!known.has(id)) await this.removeContent(id);
  }

  ping(): Promise<void> {
    return this.read(() => undefined);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.root.close();
  }

  private existing(
    id: string,
    after: number,
    limit: number,
    isWanted: (record: Omit<StoredRecord, 'value'>) => boolean,
  ): StoredRecord[] {
    const found: StoredRecord[] = [];
    for (const { value } of this.byNumber.getRange({ start: [id, after + 1], end: [id, LAST] })) {
      if (found.length === limit) break;
      const record = !value.isDeleted && isWanted(value) ? this.stored(id, value) : null;
      if (record !== null) found.push(record);
    }
    return found;
  }

  private stored(id: string, record: Omit<StoredRecord, 'value'> | undefined): StoredRecord | null {
    const value = record === undefined ? undefined : this.values.get([id, record.number]);
    return record === undefined || value === undefined ? null : { ...record, value };
  }

  private async removeContent(id: string): Promise<void> {
    let removed = PORTION;
    while (removed === PORTION) {
      removed = await this.write(() => {
        const portion = [...this.byNumber.getRange({ ...within(id), limit: PORTION })];
        for (const { value } of portion) this.removeRecord(id, value);
        return portion.length;
      });
    }
    await this.write(() => {
      for (const database of [this.seenPages, this.runValues])
        for (const key of database.getKeys(within(id))) void database.remove(key);
    });
  }

  private removeRecord(id: string, { key, number, sequence }: Pick<StoredRecord, 'key' | 'number' | 'sequence'>): void {
    void this.keys.remove([id, key]);
    void this.byNumber.remove([id, number]);
    void this.values.remove([id, number]);
    void this.feed.remove([id, sequence]);
  }

  private putRun(id: string, { number, value, keep }: StoredRun<string>): void {
    void this.runValues.put([id, number], value);
    for (const key of this.runValues.getKeys({ start: [id, 0], end: [id, number - keep + 1] }))
      void this.runValues.remove(key);
  }

  private async seenOf(id: string): Promise<SeenNumbers> {
    const { count, last } = await this.read(() => ({
      count: this.seenPages.getKeysCount(within(id)),
      last: this.collections.get(id)?.lastPage,
    }));
    return this.seen.of(id, `${count} ${last}`, () =>
      [...this.seenPages.getRange(within(id))].map(({ value }) => value),
    );
  }

  private leaseOf(id: string, owner: string): Lease | null {
    const lease = this.leases.get(id);
    return lease?.owner === owner && lease.until > Date.now() ? lease : null;
  }

  /** @returns whether there is such a collection and `next` gave another one */
  private change(id: string, next: (row: Row) => Row | null): Promise<boolean> {
    return this.write(() => {
      const row = this.collections.get(id);
      const changed = row === undefined ? null : next(row);
      if (changed === null) return false;
      void this.collections.put(id, changed);
      return true;
    });
  }

  private read<T>(step: () => T): Promise<T> {
    try {
      if (this.closed) throw new Error('closed');
      return Promise.resolve(step());
    } catch (error) {
      return Promise.reject(this.failures.problemOf(error));
    }
  }

  /** A child transaction rolls back the writes of a step that fails, and no others. */
  private async write<T>(step: () => T): Promise<T> {
    try {
      if (this.closed) throw new Error('closed');
      return await this.root.childTransaction(step);
    } catch (error) {
      throw this.failures.problemOf(error);
    }
  }
}

const within = (id: string) => ({ start: [id, 0] as Numbered, end: [id, LAST] as Numbered });

function newRow(collection: NewCollection): Row {
  const none = { version: 1, state: null, requested: null, requestedAt: null, claimed: null, running: false };
  return { ...collection, ...none, size: 0, sequence: 0, deletesFrom: 0, lastNumber: 0, lastPage: 0 };
}

function viewOf({
  lastNumber: _number,
  lastPage: _page,
  requestedAt: _at,
  claimed: _claimed,
  ...row
}: Row): Collection {
  return row;
}

/** `null`: it has not to run. */
function dueTime({ running, requested, requestedAt, nextRunAt }: Row): number | null {
  if (running) return 0;
  return requested !== null ? (requestedAt ?? 0) : nextRunAt;
}

function matches({ orgId, userId, connectionId }: Row, filter: CollectionFilter): boolean {
  return (
    (filter.orgIds === undefined || filter.orgIds.includes(orgId)) &&
    (filter.userId === undefined || filter.userId === userId) &&
    (filter.connectionId === undefined || filter.connectionId === connectionId)
  );
}

type Age = Pick<Collection, 'createdAt' | 'id'>;

function newestFirst(one: Age, other: Age): number {
  return other.createdAt - one.createdAt || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);
}
