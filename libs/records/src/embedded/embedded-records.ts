import { setImmediate } from 'node:timers/promises';
import type { Database, RootDatabase } from 'lmdb';
import type { Failures } from '../failures.js';
import type { RenewValue, StoredRecord } from '../record-store.js';
import { SeenCache, type SeenNumbers } from '../seen-numbers.js';
import {
  LAST,
  recordInfo,
  storedKey,
  within,
  type KeyRow,
  type Numbered,
  type RecordInfo,
  type RecordRow,
  type Row,
  type StoredKey,
} from './rows.js';

/** So many records are removed in one transaction. */
const PORTION = 10_000;
/** Read in one go. */
const LOOKED_AT = 500;
const RENEWED = 1_000;

/** Reads and removes records; `EmbeddedRecordStore` writes them. */
export class EmbeddedRecords {
  protected readonly collections: Database<Row, string>;
  protected readonly names: Database<string, string>;
  /** By key: what a change has to know. */
  protected readonly keys: Database<KeyRow | StoredKey, [string, string]>;
  /** Without the values, so that looking through all of them touches little memory. */
  protected readonly byNumber: Database<RecordRow | RecordInfo, Numbered>;
  protected readonly values: Database<string, Numbered>;
  /** Numbers by sequence. */
  protected readonly feed: Database<number, Numbered>;
  protected readonly seenPages: Database<Buffer, Numbered>;
  protected readonly runValues: Database<string, Numbered>;
  private readonly seen = new SeenCache();
  private closed = false;

  constructor(
    protected readonly root: RootDatabase,
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

  changes(id: string, after: number, limit: number): Promise<StoredRecord[]> {
    return this.read(() => {
      const numbers = this.feed.getRange({ start: [id, after + 1], end: [id, LAST], limit });
      return [...numbers]
        .map(({ value }) => this.stored(id, this.recordAt(id, value)))
        .filter((record) => record !== null);
    });
  }

  recordsOf(id: string, keys: readonly string[]): Promise<StoredRecord[]> {
    return this.read(() =>
      keys
        .map((key) => this.keyAt(id, key))
        .map((known) => (known === undefined ? null : this.stored(id, this.recordAt(id, known.number))))
        .filter((record) => record !== null),
    );
  }

  records(id: string, type: string | null, after: number, limit: number): Promise<StoredRecord[]> {
    return this.existing(id, after, limit, (record) => type === null || record.type === type);
  }

  async unseen(id: string, after: number, limit: number): Promise<StoredRecord[]> {
    const seen = await this.seenOf(id);
    return this.existing(id, after, limit, ({ number }) => !seen.has(number));
  }

  async counts(id: string): Promise<{ known: Record<string, number>; unseen: Record<string, number> }> {
    const seen = await this.seenOf(id);
    const known: Record<string, number> = {};
    const unseen: Record<string, number> = {};
    for await (const portion of this.portions(id, 0))
      for (const { type, number, isDeleted } of portion) {
        if (isDeleted) continue;
        known[type] = (known[type] ?? 0) + 1;
        if (!seen.has(number)) unseen[type] = (unseen[type] ?? 0) + 1;
      }
    return { known, unseen };
  }

  async renew(id: string, renewed: RenewValue): Promise<number> {
    let count = await this.write(() => {
      const row = this.collections.get(id);
      if (row === undefined) return 0;
      const settings = renewed('settings', row.settings, null);
      const state = row.state === null ? null : renewed('state', row.state, null);
      const next = { ...row, settings: settings ?? row.settings, state: state ?? row.state };
      if (settings !== null || state !== null) void this.collections.put(id, next);
      return Number(settings !== null) + Number(state !== null);
    });
    for (const [kind, database] of [
      ['run', this.runValues],
      ['record', this.values],
    ] as const) {
      for (let last = 0; last < LAST;) {
        await this.write(() => {
          const portion = [...database.getRange({ start: [id, last + 1], end: [id, LAST], limit: RENEWED })];
          for (const { key, value } of portion) {
            const next = renewed(kind, value, kind === 'record' ? (this.recordAt(...key)?.key ?? null) : null);
            if (next === null) continue;
            count += 1;
            void database.put(key, next);
          }
          last = portion.at(-1)?.key[1] ?? LAST;
        });
      }
    }
    return count;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.root.close();
  }

  private async existing(
    id: string,
    after: number,
    limit: number,
    isWanted: (record: RecordInfo) => boolean,
  ): Promise<StoredRecord[]> {
    const found: StoredRecord[] = [];
    for await (const portion of this.portions(id, after)) {
      const wanted = portion.filter((record) => !record.isDeleted && isWanted(record)).slice(0, limit - found.length);
      const stored = await this.read(() => wanted.map((record) => this.stored(id, record)));
      found.push(...stored.filter((record) => record !== null));
      if (found.length === limit) break;
    }
    return found;
  }

  /** Records by number, without their values. Whatever else this process has to do is done between two portions. */
  protected async *portions(id: string, after: number): AsyncGenerator<RecordInfo[], void> {
    for (let last = after; ;) {
      const range = { start: [id, last + 1] as Numbered, end: [id, LAST] as Numbered, limit: LOOKED_AT };
      const portion = await this.read(() => [...this.byNumber.getRange(range)].map(({ value }) => recordInfo(value)));
      yield portion;
      if (portion.length < LOOKED_AT) return;
      last = portion.at(-1)?.number ?? LAST;
      await setImmediate();
    }
  }

  protected keyAt(id: string, key: string): StoredKey | undefined {
    const row = this.keys.get([id, key]);
    return row === undefined ? undefined : storedKey(row);
  }

  protected recordAt(id: string, number: number): RecordInfo | undefined {
    const row = this.byNumber.get([id, number]);
    return row === undefined ? undefined : recordInfo(row);
  }

  private stored(id: string, record: RecordInfo | undefined): StoredRecord | null {
    const value = record === undefined ? undefined : this.values.get([id, record.number]);
    return record === undefined || value === undefined ? null : { ...record, value };
  }

  protected async removeContent(id: string): Promise<void> {
    let removed = PORTION;
    while (removed === PORTION) {
      removed = await this.write(() => {
        const portion = [...this.byNumber.getRange({ ...within(id), limit: PORTION })];
        for (const { value } of portion) this.removeRecord(id, recordInfo(value));
        return portion.length;
      });
    }
    await this.write(() => {
      for (const database of [this.seenPages, this.runValues])
        for (const key of database.getKeys(within(id))) void database.remove(key);
    });
  }

  protected removeRecord(
    id: string,
    { key, number, sequence }: Pick<StoredRecord, 'key' | 'number' | 'sequence'>,
  ): void {
    void this.keys.remove([id, key]);
    void this.byNumber.remove([id, number]);
    void this.values.remove([id, number]);
    void this.feed.remove([id, sequence]);
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

  protected read<T>(step: () => T): Promise<T> {
    try {
      if (this.closed) throw new Error('closed');
      return Promise.resolve(step());
    } catch (error) {
      return Promise.reject(this.failures.problemOf(error));
    }
  }

  /** A child transaction rolls back the writes of a step that fails, and no others. */
  protected async write<T>(step: () => T): Promise<T> {
    try {
      if (this.closed) throw new Error('closed');
      return await this.root.childTransaction(step);
    } catch (error) {
      throw this.failures.problemOf(error);
    }
  }
}
