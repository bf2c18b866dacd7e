import type { RenewValue, StoredRecord } from '../record-store.js';
import { SeenCache, type SeenNumbers } from '../seen-numbers.js';
import type { Database } from './database.js';
import { RECORD, recordOf } from './rows.js';

/** So many rows are read or removed in one statement. */
const PORTION = 20_000;
const RENEWED = 1_000;
const SEEN_PORTION = 1_000;

/** Reads and removes records; `PostgresRecordStore` writes them. */
export class PostgresRecords {
  private readonly seen = new SeenCache();

  constructor(protected readonly database: Database) {}

  async changes(id: string, after: number, limit: number): Promise<StoredRecord[]> {
    const rows = await this.database.query(
      `select ${RECORD} from causeway_records where collection = $1 and sequence > $2 order by sequence limit $3`,
      [id, after, limit],
    );
    return rows.map(recordOf);
  }

  async recordsOf(id: string, keys: readonly string[]): Promise<StoredRecord[]> {
    const rows = await this.database.query(
      `select ${RECORD} from unnest($2::text[]) as wanted (key) join causeway_records using (key) where collection = $1`,
      [id, [...new Set(keys)]],
    );
    return rows.map(recordOf);
  }

  async records(id: string, type: string | null, after: number, limit: number): Promise<StoredRecord[]> {
    const rows = await this.database.query(
      `select ${RECORD} from causeway_records
       where collection = $1 and number > $2 and not is_deleted and ($4::text is null or type = $4)
       order by number limit $3`,
      [id, after, limit, type],
    );
    return rows.map(recordOf);
  }

  async unseen(id: string, after: number, limit: number): Promise<StoredRecord[]> {
    const seen = await this.seenOf(id);
    const numbers: number[] = [];
    for await (const { number } of this.numbers(id, after)) {
      if (!seen.has(number)) numbers.push(number);
      if (numbers.length === limit) break;
    }
    const rows = await this.database.query(
      `select ${RECORD} from unnest($2::bigint[]) as wanted (number) join causeway_records using (number)
       where collection = $1 order by number`,
      [id, numbers],
    );
    return rows.map(recordOf);
  }

  async counts(id: string): Promise<{ known: Record<string, number>; unseen: Record<string, number> }> {
    const seen = await this.seenOf(id);
    const [known, unseen]: Record<string, number>[] = [{}, {}];
    const counts = { known: known ?? {}, unseen: unseen ?? {} };
    for await (const { number, type } of this.numbers(id, 0)) {
      counts.known[type] = (counts.known[type] ?? 0) + 1;
      if (!seen.has(number)) counts.unseen[type] = (counts.unseen[type] ?? 0) + 1;
    }
    return counts;
  }

  async renew(id: string, renewed: RenewValue): Promise<number> {
    let count = 0;
    await this.database.transaction(async (query) => {
      const [row] = await query('select settings, state from causeway_collections where id = $1 for update', [id]);
      for (const kind of ['settings', 'state'] as const) {
        const value = row?.[kind];
        const next = typeof value === 'string' ? renewed(kind, value, null) : null;
        if (next === null) continue;
        count += 1;
        await query(`update causeway_collections set ${kind} = $2 where id = $1`, [id, next]);
      }
    });
    for (const [kind, table, keys] of [
      ['run', 'causeway_runs', 'null as key'],
      ['record', 'causeway_records', 'key'],
    ] as const) {
      for (let last = 0; ;) {
        const rows = await this.database.query(
          `select number, value, ${keys} from ${table} where collection = $1 and number > $2 order by number limit $3`,
          [id, last, RENEWED],
        );
        const pairs = rows.flatMap(({ number, value, key }) => {
          const next = renewed(kind, String(value), key as string | null);
          return next === null ? [] : [{ number, value, next }];
        });
        if (pairs.length > 0) {
          // What a run has changed meanwhile has its own new value.
          const changed = await this.database.query(
            `update ${table} as stored set value = pairs.next
             from unnest($2::bigint[], $3::text[], $4::text[]) as pairs (number, value, next)
             where stored.collection = $1 and stored.number = pairs.number and stored.value = pairs.value returning 1`,
            [id, pairs.map(({ number }) => number), pairs.map(({ value }) => value), pairs.map(({ next }) => next)],
          );
          count += changed.length;
        }
        if (rows.length < RENEWED) break;
        last = Number(rows.at(-1)?.['number']);
      }
    }
    return count;
  }

  async forgetDeletes(before: number): Promise<void> {
    const found = await this.database.query(
      'select distinct collection from causeway_records where is_deleted and changed_at < $1',
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
      const [row] = await query(
        `with gone as (
           delete from causeway_records where ctid = any(array(
             select ctid from causeway_records where collection = $1 and is_deleted and changed_at < $2 limit $3))
           returning sequence)
         select count(*) as count, max(sequence) as newest from gone`,
        [id, before, PORTION],
      );
      const newest = row?.['newest'] ?? 0;
      await query('update causeway_collections set deletes_from = greatest(deletes_from, $2) where id = $1', [
        id,
        newest,
      ]);
      return Number(row?.['count']) === PORTION;
    });
  }

  protected async removeContent(id: string): Promise<void> {
    for (;;) {
      const removed = await this.database.query(
        `with removed as (
           delete from causeway_records where ctid = any(array(
             select ctid from causeway_records where collection = $1 limit $2))
           returning 1)
         select count(*) as count from removed`,
        [id, PORTION],
      );
      if (Number(removed[0]?.['count']) < PORTION) break;
    }
    await this.database.query('delete from causeway_seen where collection = $1', [id]);
    // Last: what has runs left is found by `forgetDeletes`.
    await this.database.query('delete from causeway_runs where collection = $1', [id]);
  }

  /** Of records that are not deleted. */
  private async *numbers(id: string, after: number): AsyncGenerator<{ number: number; type: string }, void> {
    for (let last = after; ;) {
      const rows = await this.database.query(
        `select number, type from causeway_records where collection = $1 and number > $2 and not is_deleted
         order by number limit $3`,
        [id, last, PORTION],
      );
      for (const row of rows) yield { number: Number(row['number']), type: String(row['type']) };
      if (rows.length < PORTION) return;
      last = Number(rows.at(-1)?.['number']);
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
