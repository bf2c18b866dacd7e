import { blockName, countedRecords, openedRecords, type Block, type Entry } from '../blocks.js';
import type { BlockSeal, RenewValue, StoredRecord } from '../record-store.js';
import { SeenCache, type SeenNumbers } from '../seen-numbers.js';
import type { Database, Query, Row } from './database.js';
import { BLOCK, blockOf } from './rows.js';
import { blocksAfter, blocksWith, INDEXED, sealedBlocks, writeBlocks } from './write-blocks.js';

/** So many rows are removed in one statement. */
const PORTION = 20_000;
/** Blocks that are read in one go: at first, and at most, without their values and with them. */
const FIRST = 10;
const LOOKED_AT = 500;
const OPENED = 300;
const RENEWED_RUNS = 1_000;
const RENEWED_BLOCKS = 50;
const SEEN_PORTION = 1_000;

/** Reads and removes records; `PostgresRecordStore` writes them. */
export class PostgresRecords {
  private readonly seen = new SeenCache();

  constructor(protected readonly database: Database) {}

  async changes(id: string, after: number, limit: number, seal: BlockSeal): Promise<StoredRecord[]> {
    const found: StoredRecord[] = [];
    // Many where each block has one change only.
    for (let [last, portion] = [after, FIRST]; ; portion = Math.min(4 * portion, OPENED)) {
      const rows = await this.database.query(
        `select ${BLOCK}, body from causeway_blocks where collection = $1 and name > $2 order by name limit $3`,
        [id, last, portion],
      );
      for (const row of rows) {
        const block = blockOf(row);
        last = block.name;
        const entries = block.entries.filter(({ sequence }) => sequence > after).slice(0, limit - found.length);
        found.push(...openedRecords({ ...block, entries }, bodyOf(row), seal));
        if (found.length === limit) return found;
      }
      if (rows.length < portion) return found;
    }
  }

  async recordsOf(id: string, keys: readonly string[], seal: BlockSeal): Promise<StoredRecord[]> {
    return this.database.transaction(async (query) => {
      const rows = await query(INDEXED, [id, [...new Set(keys)]]);
      const sequences = new Set(rows.map(({ sequence }) => Number(sequence)));
      const blocks = await blocksWith(query, id, [...sequences]);
      return opened(query, id, blocks, sequences, seal);
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
    let count = 0;
    await this.database.transaction(async (query) => {
      const [row] = await query('select settings, state from causeway_collections where id = $1 for update', [id]);
      for (const kind of ['settings', 'state'] as const) {
        const value = row?.[kind];
        const next = typeof value === 'string' ? renewed(kind, value) : null;
        if (next === null) continue;
        count += 1;
        await query(`update causeway_collections set ${kind} = $2 where id = $1`, [id, next]);
      }
    });
    const ofRuns = await this.renewAll(id, RUNS, (value) => renewed('run', String(value)));
    const ofBlocks = await this.renewAll(id, BODIES, (body, name) => seal.renewed(body as Buffer, blockName(name)));
    return count + ofRuns + ofBlocks;
  }

  private async renewAll(
    id: string,
    { table, number, value, limit }: Renewable,
    renewed: (value: unknown, number: number) => unknown,
  ): Promise<number> {
    let count = 0;
    for (let last = 0; ;) {
      const rows = await this.database.query(
        `select ${number} as number, ${value} as value from ${table} where collection = $1 and ${number} > $2
         order by ${number} limit $3`,
        [id, last, limit],
      );
      for (const { number: at, value: before } of rows) {
        const next = renewed(before, Number(at));
        if (next === null) continue;
        // What a run has changed meanwhile has its own new value.
        const changed = await this.database.query(
          `update ${table} set ${value} = $3 where collection = $1 and ${number} = $2 and ${value} = $4 returning 1`,
          [id, at, next, before],
        );
        count += changed.length;
      }
      if (rows.length < limit) return count;
      last = Number(rows.at(-1)?.['number']);
    }
  }

  async forgetDeletes(before: number): Promise<void> {
    const found = await this.database.query(
      'select distinct collection from causeway_blocks where has_deletes and changed_at < $1',
      [before],
    );
    for (const { collection } of found) while (await this.forgetPortion(String(collection), before));
    // Of collections whose removal was interrupted.
    const orphans = await this.database.query(
      `select distinct collection from causeway_runs where collection not in (select id from causeway_collections)`,
    );
    for (const { collection } of orphans) await this.removeContent(String(collection));
  }

  /** Locks in the order of `apply`. @returns whether there may be more */
  private forgetPortion(id: string, before: number): Promise<boolean> {
    return this.database.transaction(async (query) => {
      await query('select id from causeway_collections where id = $1 for update', [id]);
      const rows = await query(
        `select ${BLOCK} from causeway_blocks where collection = $1 and has_deletes and changed_at < $2 limit $3`,
        [id, before, LOOKED_AT],
      );
      const blocks = rows.map(blockOf);
      const gone = blocks.flatMap(({ entries }) => entries).filter(({ isDeleted }) => isDeleted);
      const keys = gone.map(({ key }) => key);
      await query('delete from causeway_index where collection = $1 and key = any($2)', [id, keys]);
      const left = blocks.map((block) => ({ ...block, entries: block.entries.filter(({ isDeleted }) => !isDeleted) }));
      await writeBlocks(query, id, left);
      await query('update causeway_collections set deletes_from = greatest(deletes_from, $2) where id = $1', [
        id,
        Math.max(0, ...gone.map(({ sequence }) => sequence)),
      ]);
      return rows.length === LOOKED_AT;
    });
  }

  protected async removeContent(id: string): Promise<void> {
    for (const table of ['causeway_index', 'causeway_blocks']) {
      for (;;) {
        const removed = await this.database.query(
          `with removed as (
             delete from ${table} where ctid = any(array(select ctid from ${table} where collection = $1 limit $2))
             returning 1)
           select count(*) as count from removed`,
          [id, PORTION],
        );
        if (Number(removed[0]?.['count']) < PORTION) break;
      }
    }
    await this.database.query('delete from causeway_seen where collection = $1', [id]);
    // Last: what has runs left is found by `forgetDeletes`.
    await this.database.query('delete from causeway_runs where collection = $1', [id]);
  }

  private async existing(
    id: string,
    after: number,
    limit: number,
    seal: BlockSeal,
    isWanted: (entry: Entry) => boolean,
  ): Promise<StoredRecord[]> {
    const found: StoredRecord[] = [];
    for await (const portion of this.portions(id, after)) {
      const room = limit - found.length;
      const wanted = portion
        .flatMap(({ entries }) => entries)
        .filter((entry) => !entry.isDeleted && entry.sequence > after && isWanted(entry))
        .slice(0, room);
      const sequences = new Set(wanted.map(({ sequence }) => sequence));
      const blocks = portion.filter(({ entries }) => entries.some(({ sequence }) => sequences.has(sequence)));
      found.push(...(await this.database.transaction((query) => opened(query, id, blocks, sequences, seal))));
      if (wanted.length === room) break;
    }
    return found;
  }

  private async *portions(id: string, after: number): AsyncGenerator<Block[], void> {
    for (let [last, size] = [after, FIRST]; ; size = Math.min(4 * size, LOOKED_AT)) {
      const portion = await blocksAfter((...query) => this.database.query(...query), id, last, size);
      yield portion;
      if (portion.length < size) return;
      last = portion.at(-1)?.name ?? last;
    }
  }

  private async seenOf(id: string): Promise<SeenNumbers> {
    const [row] = await this.database.query(
      'select count(*) as count, max(page) as last from causeway_seen where collection = $1',
      [id],
    );
    return this.seen.of(id, `${String(row?.['count'])} ${String(row?.['last'])}`, () => this.seenPages(id));
  }

  private async *seenPages(id: string): AsyncGenerator<Buffer, void> {
    for (let last = 0; ;) {
      const rows = await this.database.query(
        'select page, numbers from causeway_seen where collection = $1 and page > $2 order by page limit $3',
        [id, last, SEEN_PORTION],
      );
      for (const { numbers } of rows) yield numbers as Buffer;
      if (rows.length < SEEN_PORTION) return;
      last = Number(rows.at(-1)?.['page']);
    }
  }
}

interface Renewable {
  table: string;
  number: string;
  value: string;
  limit: number;
}

const RUNS: Renewable = { table: 'causeway_runs', number: 'number', value: 'value', limit: RENEWED_RUNS };
const BODIES: Renewable = { table: 'causeway_blocks', number: 'name', value: 'body', limit: RENEWED_BLOCKS };

/** With the entries as they are now: a body says nothing without them. */
async function opened(
  query: Query,
  id: string,
  blocks: readonly Block[],
  sequences: ReadonlySet<number>,
  seal: BlockSeal,
): Promise<StoredRecord[]> {
  const names = blocks.map(({ name }) => name);
  return (await sealedBlocks(query, id, names)).flatMap(({ block, body }) => {
    const entries = block.entries.filter(({ sequence }) => sequences.has(sequence));
    return openedRecords({ ...block, entries }, body, seal);
  });
}

const bodyOf = (row: Row): Buffer => row['body'] as Buffer;
