import { setImmediate } from 'node:timers/promises';
import type { Database, Key, RootDatabase } from 'lmdb';
import { blockName, countedRecords, openedRecords, type Block, type Entry } from '../blocks.js';
import type { Failures } from '../failures.js';
import type { BlockSeal, RenewValue, StoredRecord } from '../record-store.js';
import { SeenCache, type SeenNumbers } from '../seen-numbers.js';
import { blockOf, LAST, within, withinAny, type BlockRow, type IndexRow, type Numbered, type Row } from './rows.js';

/** So many rows are removed in one transaction. */
const PORTION = 10_000;
/** Blocks that are read in one go, at first and at most. */
const FIRST = 10;
const LOOKED_AT = 100;
const RENEWED_RUNS = 1_000;
const RENEWED_BLOCKS = 50;

/** Reads and removes records; `EmbeddedRecordStore` writes them. */
export class EmbeddedRecords {
  protected readonly collections: Database<Row, string>;
  protected readonly names: Database<string, string>;
  /** By key: what a change has to know. */
  protected readonly index: Database<IndexRow, [string, string]>;
  protected readonly blocks: Database<BlockRow, Numbered>;
  /** Their values, sealed. */
  protected readonly bodies: Database<Uint8Array, Numbered>;
  protected readonly seenPages: Database<Buffer, Numbered>;
  protected readonly runValues: Database<string, Numbered>;
  private readonly seen = new SeenCache();
  /** By collection, the last of the writes of its row. */
  private readonly writing = new Map<string, Promise<unknown>>();
  private closed = false;

  constructor(
    protected readonly root: RootDatabase,
    private readonly failures: Failures,
  ) {
    this.collections = root.openDB({ name: 'collections' });
    this.names = root.openDB({ name: 'names' });
    this.index = root.openDB({ name: 'index' });
    this.blocks = root.openDB({ name: 'blocks' });
    this.bodies = root.openDB({ name: 'bodies', encoding: 'binary' });
    this.seenPages = root.openDB({ name: 'seen' });
    this.runValues = root.openDB({ name: 'runs' });
  }

  changes(id: string, after: number, limit: number, seal: BlockSeal): Promise<StoredRecord[]> {
    return this.read(() => {
      const found: StoredRecord[] = [];
      for (const block of this.blocksAfter(id, after)) {
        found.push(...this.opened(id, block, block.entries.slice(0, limit - found.length), seal));
        if (found.length === limit) break;
      }
      return found;
    });
  }

  recordsOf(id: string, keys: readonly string[], seal: BlockSeal): Promise<StoredRecord[]> {
    return this.read(() => {
      const sequences = new Set(keys.flatMap((key) => this.index.get([id, key])?.[0] ?? []));
      return this.blocksWith(id, [...sequences]).flatMap((block) => {
        const entries = block.entries.filter(({ sequence }) => sequences.has(sequence));
        return this.opened(id, block, entries, seal);
      });
    });
  }

  records(id: string, type: string | null, after: number, limit: number, seal: BlockSeal): Promise<StoredRecord[]> {
    return this.existing(id, after, limit, seal, (entry) => type === null || entry.type === type);
  }

  async unseen(id: string, after: number, limit: number, seal: BlockSeal): Promise<StoredRecord[]> {
    const seen = await this.seenOf(id);
    return this.existing(id, after, limit, seal, ({ sequence }) => !seen.has(sequence));
  }

  async counts(id: string): Promise<{ known: Record<string, number>; unseen: Record<string, number> }> {
    return countedRecords(this.portions(id, 0), await this.seenOf(id));
  }

  async renew(id: string, renewed: RenewValue, seal: BlockSeal): Promise<number> {
    const ofCollection = await this.writeNext(id, () => {
      const row = this.collections.get(id);
      if (row === undefined) return 0;
      const settings = renewed('settings', row.settings);
      const state = row.state === null ? null : renewed('state', row.state);
      const next = { ...row, settings: settings ?? row.settings, state: state ?? row.state };
      if (settings !== null || state !== null) void this.collections.put(id, next);
      return Number(settings !== null) + Number(state !== null);
    });
    const ofRuns = await this.renewAll(this.runValues, id, RENEWED_RUNS, (value) => renewed('run', value));
    const ofBlocks = await this.renewAll(this.bodies, id, RENEWED_BLOCKS, (body, name) =>
      seal.renewed(body, blockName(name)),
    );
    return ofCollection + ofRuns + ofBlocks;
  }

  private async renewAll<V>(
    database: Database<V, Numbered>,
    id: string,
    limit: number,
    renewed: (value: V, number: number) => V | null,
  ): Promise<number> {
    let count = 0;
    for (let last = 0; last < LAST;) {
      await this.write(() => {
        const portion = [...database.getRange({ start: [id, last + 1], end: [id, LAST], limit })];
        for (const { key, value } of portion) {
          const next = renewed(value, key[1]);
          if (next === null) continue;
          count += 1;
          void database.put(key, next);
        }
        last = portion.at(-1)?.key[1] ?? LAST;
      });
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
    seal: BlockSeal,
    isWanted: (entry: Entry) => boolean,
  ): Promise<StoredRecord[]> {
    const found: StoredRecord[] = [];
    const open = (portion: readonly Block[]) => {
      for (const block of portion) {
        const wanted = block.entries.filter((entry) => !entry.isDeleted && isWanted(entry));
        found.push(...this.opened(id, block, wanted.slice(0, limit - found.length), seal));
      }
    };
    for await (const _ of this.portions(id, after, open)) if (found.length === limit) break;
    return found;
  }

  /**
   * Whatever else this process has to do is done between two portions.
   * @param look done at once: afterwards, the bodies of these blocks may be others
   */
  protected async *portions(
    id: string,
    after: number,
    look: (portion: readonly Block[]) => void = () => undefined,
  ): AsyncGenerator<Block[], void> {
    for (let [last, size] = [after, FIRST]; ; size = Math.min(4 * size, LOOKED_AT)) {
      const portion = await this.read(() => {
        const blocks = [...this.blocksAfter(id, last, size)];
        look(blocks);
        return blocks;
      });
      yield portion;
      if (portion.length < size) return;
      last = portion.at(-1)?.name ?? LAST;
      await setImmediate();
    }
  }

  /** Without the entries up to `after`. */
  protected *blocksAfter(id: string, after: number, limit?: number): Generator<Block, void> {
    const range = { start: [id, after + 1] as Numbered, end: [id, LAST] as Numbered };
    for (const { key, value } of this.blocks.getRange(limit === undefined ? range : { ...range, limit })) {
      const block = blockOf(key[1], value);
      yield { ...block, entries: block.entries.filter(({ sequence }) => sequence > after) };
    }
  }

  /** The blocks that these changes were written with. */
  protected blocksWith(id: string, sequences: readonly number[]): Block[] {
    const found: Block[] = [];
    for (const sequence of sequences.toSorted((one, other) => one - other)) {
      if (sequence <= (found.at(-1)?.name ?? 0)) continue;
      for (const { key, value } of this.blocks.getRange({ start: [id, sequence], end: [id, LAST], limit: 1 }))
        found.push(blockOf(key[1], value));
    }
    return found;
  }

  /** A body that is gone was of a collection that is being removed. */
  private opened(id: string, block: Block, entries: readonly Entry[], seal: BlockSeal): StoredRecord[] {
    const body = entries.length === 0 ? undefined : this.bodies.get([id, block.name]);
    return body === undefined ? [] : openedRecords({ ...block, entries }, body, seal);
  }

  protected async removeContent(id: string): Promise<void> {
    for (const database of [this.index, this.blocks, this.bodies, this.seenPages, this.runValues]) {
      let removed = PORTION;
      while (removed === PORTION) {
        removed = await this.write(() => {
          const keys = [...database.getKeys({ ...withinAny(id), limit: PORTION })];
          for (const key of keys) void (database as Database<unknown, Key>).remove(key);
          return keys.length;
        });
      }
    }
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

  /** As `write`, after those of the same collection that wait or are being written. */
  protected writeNext<T>(id: string, step: () => T): Promise<T> {
    return this.next(id, () => this.write(step));
  }

  /**
   * As `writeNext`, faster for much: it is written by another thread, without a rollback.
   * @param prepare reads and computes, and may throw @returns what is to be written, by `put` and `remove` alone
   */
  protected writeManyNext<T>(id: string, prepare: () => { result: T; write: () => void }): Promise<T> {
    return this.next(id, async () => {
      try {
        if (this.closed) throw new Error('closed');
        const { result, write } = prepare();
        await this.root.batch(write);
        return result;
      } catch (error) {
        throw this.failures.problemOf(error);
      }
    });
  }

  private async next<T>(id: string, work: () => Promise<T>): Promise<T> {
    const own = (this.writing.get(id) ?? Promise.resolve()).then(work);
    const ended = own.catch(() => undefined);
    this.writing.set(id, ended);
    try {
      return await own;
    } finally {
      if (this.writing.get(id) === ended) this.writing.delete(id);
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
