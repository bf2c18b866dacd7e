import { newBlocks, replacedBlocks, rowOf, sealedAnew, typedRecords, type Block, type SealedBlock } from '../blocks.js';
import type { PlannedRecord } from '../plan-changes.js';
import type { RecordChanges } from '../record-store.js';
import type { Query } from './database.js';
import { BLOCK, blockOf } from './rows.js';

/** Each block with the parameters of its own: bytes in an array would be sent as text. */
const INSERTED = 100;

/**
 * Of each key by itself, and not by a join: on a table that was not analyzed yet, and from some hundred keys on, PostgreSQL would read
 * the whole collection for that.
 */
export const INDEXED = `select stored.* from unnest($2::text[]) as wanted (key) cross join lateral (
  select key, hash, is_deleted, sequence from causeway_index where collection = $1 and key = wanted.key limit 1) as stored`;

/** What the records were in before, without them, and what they are in now. */
export async function writeRecords(
  query: Query,
  id: string,
  records: readonly PlannedRecord[],
  { seal, now }: RecordChanges,
): Promise<void> {
  const before = await blocksWith(
    query,
    id,
    records.flatMap(({ replaces }) => replaces ?? []),
  );
  const replaced = replacedBlocks(before, records);
  const worn = replaced.filter(({ isWorn }) => isWorn).map(({ block }) => block.name);
  await writeBlocks(
    query,
    id,
    replaced.map(({ block }) => block),
  );
  for (const { block, body } of await sealedBlocks(query, id, worn)) {
    const anew = sealedAnew(block, body, seal);
    if (anew === null) continue;
    await query(
      'update causeway_blocks set entries = $3, value_count = $4, body = $5 where collection = $1 and name = $2',
      [id, block.name, entriesOf(anew.block), anew.block.values, anew.body],
    );
  }
  const made = [...newBlocks(typedRecords(records, before), now, seal)];
  for (let at = 0; at < made.length; at += INSERTED) {
    const values: unknown[] = [id, now];
    const rows = made.slice(at, at + INSERTED).map(({ block, body }) => {
      const from = values.length;
      values.push(block.name, hasDeletes(block), block.values, entriesOf(block), body);
      return `($1, $2, $${from + 1}, $${from + 2}, $${from + 3}, $${from + 4}, $${from + 5})`;
    });
    await query(
      `insert into causeway_blocks (collection, changed_at, name, has_deletes, value_count, entries, body)
       values ${rows.join(', ')}`,
      values,
    );
  }
  // Without `on conflict`, which makes an insert dearer: the collection is locked, and nobody else adds to it.
  await writeIndex(
    query,
    id,
    records.filter(({ replaces }) => replaces === null),
    '',
  );
  await writeIndex(
    query,
    id,
    records.filter(({ replaces }) => replaces !== null),
    REPLACING,
  );
}

const REPLACING = `on conflict (collection, key) do update set hash = excluded.hash, is_deleted = excluded.is_deleted,
  sequence = excluded.sequence`;

async function writeIndex(
  query: Query,
  id: string,
  records: readonly PlannedRecord[],
  onConflict: string,
): Promise<void> {
  if (records.length === 0) return;
  await query(
    `insert into causeway_index (collection, key, hash, is_deleted, sequence)
     select $1, key, hash, is_deleted, sequence
     from unnest($2::text[], $3::text[], $4::boolean[], $5::bigint[]) as planned (key, hash, is_deleted, sequence)
     ${onConflict}`,
    [
      id,
      records.map(({ key }) => key),
      records.map(({ hash }) => hash),
      records.map(({ isDeleted }) => isDeleted),
      records.map(({ sequence }) => sequence),
    ],
  );
}

export async function blocksAfter(query: Query, id: string, after: number, limit: number): Promise<Block[]> {
  const rows = await query(
    `select ${BLOCK} from causeway_blocks where collection = $1 and name > $2 order by name limit $3`,
    [id, after, limit],
  );
  return rows.map(blockOf);
}

/** The blocks that these changes were written with. */
export async function blocksWith(query: Query, id: string, sequences: readonly number[]): Promise<Block[]> {
  if (sequences.length === 0) return [];
  const rows = await query(
    `select ${BLOCK} from causeway_blocks join (
       select distinct first.name from unnest($2::bigint[]) as wanted (sequence) cross join lateral (
         select name from causeway_blocks where collection = $1 and name >= sequence order by name limit 1) as first
     ) as names using (name) where collection = $1 order by name`,
    [id, sequences],
  );
  return rows.map(blockOf);
}

/** The entries of blocks whose values stay as they are; one without entries is removed. */
export async function writeBlocks(query: Query, id: string, blocks: readonly Block[]): Promise<void> {
  const left = blocks.filter(({ entries }) => entries.length > 0);
  const empty = blocks.filter(({ entries }) => entries.length === 0);
  if (empty.length > 0)
    await query('delete from causeway_blocks where collection = $1 and name = any($2)', [
      id,
      empty.map(({ name }) => name),
    ]);
  if (left.length === 0) return;
  await query(
    `update causeway_blocks as stored set entries = changed.entries, has_deletes = changed.has_deletes
     from unnest($2::bigint[], $3::text[], $4::boolean[]) as changed (name, entries, has_deletes)
     where stored.collection = $1 and stored.name = any($2) and stored.name = changed.name`,
    [id, left.map(({ name }) => name), left.map(entriesOf), left.map(hasDeletes)],
  );
}

/** By name, those that there are. */
export async function sealedBlocks(query: Query, id: string, names: readonly number[]): Promise<SealedBlock[]> {
  if (names.length === 0) return [];
  const rows = await query(
    `select ${BLOCK}, body from causeway_blocks where collection = $1 and name = any($2) order by name`,
    [id, names],
  );
  return rows.map((row) => ({ block: blockOf(row), body: row['body'] as Buffer }));
}

const entriesOf = ({ entries }: Block): string => JSON.stringify(entries.map(rowOf));
const hasDeletes = ({ entries }: Block): boolean => entries.some(({ isDeleted }) => isDeleted);
