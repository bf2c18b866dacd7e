import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { newGeneration } from '../new-generation.js';
import { newBlocks, replacedBlocks, sealedAnew, typedRecords, type Block, type Entry } from '../blocks.js';
import { KeyFilters } from '../key-filter.js';
import { knownIn, LookAhead } from '../look-ahead.js';
import { planChanges, type KnownRecord, type PlannedRecord } from '../plan-changes.js';
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
  StoredRun,
} from '../record-store.js';
import { ServedOrganizations } from '../served-organizations.js';
import { SeenNumbers } from '../seen-numbers.js';
import { Failures } from '../failures.js';
import { EmbeddedRecords } from './embedded-records.js';
import {
  blockRow,
  dueTime,
  knownRecord,
  LAST,
  matches,
  newRow,
  newestFirst,
  viewOf,
  within,
  type Numbered,
  type Row,
} from './rows.js';

const FILE = 'syncs.mdb';
const MAP_BYTES = 2 ** 40;

/** `body`: where it is sealed anew. */
interface ChangedBlock {
  block: Block;
  body?: Uint8Array;
}

interface Lease {
  owner: string;
  orgId: string;
  /** By the monotonic clock of this process. */
  until: number;
}

/** `eventTurnBatching` and `overlappingSync`: as in the embedded store of the service, what was acknowledged is on the disk. */
export async function openEmbeddedRecordStore(directory: string, observer: RecordStoreObserver): Promise<RecordStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, FILE);
  const root = open({
    path,
    noSubdir: true,
    maxDbs: 16,
    // Addresses, not memory: a map that grows is mapped anew beside the old one, and all that was read counts twice.
    mapSize: MAP_BYTES,
    overlappingSync: false,
    eventTurnBatching: false,
  });
  for (const file of [path, `${path}-lock`]) await chmod(file, 0o600);
  await discardEarlier(root);
  return new EmbeddedRecordStore(root, new Failures(observer));
}

/** Of the first format, each record with rows of its own. */
const EARLIER = ['keys', 'records', 'values', 'feed'];

/** What earlier versions wrote of records is read again: the syncs are as new, and readers of their feeds begin anew. */
async function discardEarlier(root: RootDatabase): Promise<void> {
  const names = new Set<unknown>(root.getKeys());
  if (!EARLIER.some((name) => names.has(name))) return;
  const collections = root.openDB<Row, string>({ name: 'collections' });
  await root.childTransaction(() => {
    for (const { key, value: row } of collections.getRange()) {
      const { id, name, orgId, userId, connectionId, settings, createdAt, nextRunAt } = row;
      const collection = { id, name, orgId, userId, connectionId, settings, createdAt, nextRunAt };
      void collections.put(key, { ...newRow(collection), version: row.version });
    }
  });
  // Last those by which the next start would know that it was interrupted.
  for (const name of ['seen', 'runs', ...EARLIER]) await root.openDB({ name }).drop();
}

/** One process: leases are kept in memory, so that those of a process that has crashed are gone. */
class EmbeddedRecordStore extends EmbeddedRecords implements RecordStore {
  readonly kind = 'embedded';
  private readonly leases = new Map<string, Lease>();
  private readonly served = new ServedOrganizations();
  private readonly lookAhead = new LookAhead();
  private readonly keyFilters = new KeyFilters();

  create(collection: NewCollection, limit = Infinity): Promise<Collection | 'too-many' | null> {
    return this.write(() => {
      const id = this.names.get(collection.name);
      const existing = id === undefined ? undefined : this.collections.get(id);
      if (existing !== undefined) return viewOf(existing);
      if (limit < Infinity && this.countOf(collection.orgId) >= limit) return 'too-many';
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

  async renewGeneration(id: string): Promise<void> {
    await this.change(id, (row) => ({ ...row, generation: newGeneration() }));
  }

  async remove(id: string): Promise<boolean> {
    const isRemoved = await this.writeNext(id, () => {
      const row = this.collections.get(id);
      if (row === undefined) return false;
      void this.collections.remove(id);
      if (this.names.get(row.name) === id) void this.names.remove(row.name);
      return true;
    });
    this.forgetRun(id);
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
    // Asked every second, mostly in vain: looking alone needs no write transaction.
    if ((await this.read(() => this.nextDue(now))) === null) return null;
    return this.write(() => {
      const row = this.nextDue(now);
      if (row === null) return null;
      this.served.add(row.orgId);
      this.leases.set(row.id, { owner, orgId: row.orgId, until: performance.now() + leaseMs });
      if (row.running) return { ...viewOf(row), requested: row.claimed };
      const claimed = { ...row, running: true, claimed: row.requested, requested: null, requestedAt: null };
      void this.collections.put(row.id, claimed);
      return { ...viewOf(claimed), requested: row.requested };
    });
  }

  acquire(id: string, owner: string, leaseMs: number): Promise<Collection | null> {
    return this.read(() => {
      const row = this.collections.get(id);
      const isBusy = (this.leases.get(id)?.until ?? 0) > performance.now();
      if (row === undefined || row.running || isBusy) return null;
      this.leases.set(id, { owner, orgId: row.orgId, until: performance.now() + leaseMs });
      return viewOf(row);
    });
  }

  extend(id: string, owner: string, leaseMs: number): Promise<boolean> {
    const lease = this.leaseOf(id, owner);
    if (lease !== null) lease.until = performance.now() + leaseMs;
    return Promise.resolve(lease !== null);
  }

  release(id: string, owner: string): Promise<void> {
    if (this.leases.get(id)?.owner === owner) this.forgetRun(id);
    return Promise.resolve();
  }

  apply(id: string, owner: string, changes: RecordChanges): Promise<AppliedChanges | null> {
    return this.writeManyNext(id, () => {
      const row = this.collections.get(id);
      if (row === undefined || this.leaseOf(id, owner) === null) {
        this.forgetKnown(id);
        return { result: null, write: () => undefined };
      }
      const plan = planChanges(changes, this.known(id, changes, row.sequence), row.sequence);
      this.keyFilters.note(id, row.sequence, plan);
      const { applied, records, sequence } = plan;
      const { progress } = changes;
      const run = progress && { ...progress.run, value: progress.run.value(applied) };
      const state = progress === undefined ? row.state : progress.state(applied);
      const size = row.size + plan.sizeBy;
      const blocks = this.changedBlocks(id, records, changes);
      const forgotten = changes.forgetSeen === true ? [...this.seenPages.getKeys(within(id))] : [];
      const seen = changes.seen && plan.seen.length > 0 ? SeenNumbers.pack(plan.seen) : null;
      const lastPage = row.lastPage + Number(seen !== null);
      const write = () => {
        for (const { block, body } of blocks) this.putBlock(id, block, body);
        for (const { key, hash, isDeleted, sequence: of } of records)
          void this.index.put([id, key], [of, hash, isDeleted]);
        for (const key of forgotten) void this.seenPages.remove(key);
        if (seen !== null) void this.seenPages.put([id, lastPage], seen);
        if (run !== undefined) this.putRun(id, run);
        void this.collections.put(id, { ...row, state, size, sequence, lastPage });
      };
      return { result: applied, write };
    });
  }

  async end(id: string, owner: string, { state, run, nextRunAt }: RunEnd): Promise<boolean> {
    const isEnded = await this.change(id, (row) => {
      if (this.leaseOf(id, owner) === null) return null;
      this.putRun(id, run);
      const requestedAt = row.requested === null ? null : row.requestedAt;
      return { ...row, state, nextRunAt, running: false, claimed: null, requestedAt };
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

  async forgetDeletes(before: number): Promise<void> {
    const ids = await this.read(() => [...this.collections.getKeys()]);
    for (const id of ids)
      for await (const portion of this.portions(id, 0)) {
        const old = portion.filter(({ changedAt }) => changedAt < before).flatMap(({ entries }) => entries);
        await this.forget(
          id,
          old.filter(({ isDeleted }) => isDeleted),
        );
      }
    // Of collections whose removal was interrupted.
    const known = new Set(ids);
    const left = await this.read(() => new Set([...this.runValues.getKeys()].map(([id]) => id)));
    for (const id of left) if (!known.has(id)) await this.removeContent(id);
  }

  /** Those of these deletes that nothing has changed since. */
  private async forget(id: string, deletes: readonly Entry[]): Promise<void> {
    if (deletes.length === 0) return;
    const sequences = new Set(deletes.map(({ sequence }) => sequence));
    await this.change(id, (row) => {
      let { deletesFrom } = row;
      for (const block of this.blocksWith(id, [...sequences])) {
        for (const { key, sequence } of block.entries) {
          if (!sequences.has(sequence)) continue;
          void this.index.remove([id, key]);
          deletesFrom = Math.max(deletesFrom, sequence);
        }
        this.putBlock(id, { ...block, entries: block.entries.filter(({ sequence }) => !sequences.has(sequence)) });
      }
      return { ...row, deletesFrom };
    });
  }

  private known(id: string, changes: RecordChanges, sequence: number): Map<string, KnownRecord> {
    const ahead = this.lookAhead.blocks(id, changes);
    const known = knownIn(ahead === null ? [] : this.blocksAfter(id, ahead.after, ahead.limit));
    for (const { key } of [...changes.upserts, ...changes.deletes]) {
      if (known.has(key) || !this.keyFilters.mayHave(id, sequence, key)) continue;
      const record = this.index.get([id, key]);
      if (record !== undefined) known.set(key, knownRecord(record));
    }
    this.lookAhead.note(id, changes, known);
    return known;
  }

  /** Those that these records were in before, without them, and those that they are in now. */
  private changedBlocks(id: string, records: readonly PlannedRecord[], { seal, now }: RecordChanges): ChangedBlock[] {
    const before = this.blocksWith(
      id,
      records.flatMap(({ replaces }) => replaces ?? []),
    );
    const replaced = replacedBlocks(before, records).map(({ block, isWorn }) => {
      const body = isWorn ? this.bodies.get([id, block.name]) : undefined;
      return (body === undefined ? null : sealedAnew(block, body, seal)) ?? { block };
    });
    return [...replaced, ...newBlocks(typedRecords(records, before), now, seal)];
  }

  /** One without entries is removed. */
  private putBlock(id: string, block: Block, body?: Uint8Array): void {
    const key: Numbered = [id, block.name];
    if (block.entries.length > 0) void this.blocks.put(key, blockRow(block));
    else for (const database of [this.blocks, this.bodies]) void database.remove(key);
    if (body !== undefined) void this.bodies.put(key, body);
  }

  ping(): Promise<void> {
    return this.read(() => undefined);
  }

  private countOf(orgId: string): number {
    let count = 0;
    for (const { value } of this.collections.getRange()) if (value.orgId === orgId) count += 1;
    return count;
  }

  private nextDue(now: number): Row | null {
    const busy = new Map<string, number>();
    for (const { orgId, until } of this.leases.values())
      if (until > performance.now()) busy.set(orgId, (busy.get(orgId) ?? 0) + 1);
    let best: { row: Row; order: readonly number[] } | null = null;
    for (const { value: row } of this.collections.getRange()) {
      if ((this.leases.get(row.id)?.until ?? 0) > performance.now()) continue;
      const dueAt = dueTime(row);
      if (dueAt === null || dueAt > now) continue;
      const order = [busy.get(row.orgId) ?? 0, this.served.turnOf(row.orgId), dueAt];
      if (best === null || isBefore(order, best.order)) best = { row, order };
    }
    return best?.row ?? null;
  }

  private putRun(id: string, { number, value, keep }: StoredRun<string>): void {
    void this.runValues.put([id, number], value);
    for (const key of this.runValues.getKeys({ start: [id, 0], end: [id, number - keep + 1] }))
      void this.runValues.remove(key);
  }

  private forgetRun(id: string): void {
    this.leases.delete(id);
    this.forgetKnown(id);
  }

  private forgetKnown(id: string): void {
    this.lookAhead.forget(id);
    this.keyFilters.forget(id);
  }

  private leaseOf(id: string, owner: string): Lease | null {
    const lease = this.leases.get(id);
    return lease?.owner === owner && lease.until > performance.now() ? lease : null;
  }

  /** @returns whether there is such a collection and `next` gave another one */
  private change(id: string, next: (row: Row) => Row | null): Promise<boolean> {
    return this.writeNext(id, () => {
      const row = this.collections.get(id);
      const changed = row === undefined ? null : next(row);
      if (changed === null) return false;
      void this.collections.put(id, changed);
      return true;
    });
  }
}

function isBefore(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}
