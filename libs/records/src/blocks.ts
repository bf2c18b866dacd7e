import type { PlannedRecord } from './plan-changes.js';
import type { BlockSeal, StoredRecord } from './record-store.js';
import type { SeenNumbers } from './seen-numbers.js';

/** Sealing, and a row of a table, cost as much as many records. What is read of one record is a block at least. */
export const BLOCK_RECORDS = 32;
const BLOCK_CHARACTERS = 64 * 1024;

/** Of the newest change of a record. */
export interface Entry {
  key: string;
  type: string;
  isDeleted: boolean;
  sequence: number;
  /** Of its value among those that are sealed together. */
  place: number;
  hash: string;
}

/** Changes that were written together, without their values: looking through all of them touches little memory. */
export interface Block {
  /** The sequence number of its last change when it was made: all of its changes have that or a smaller one. */
  name: number;
  changedAt: number;
  /** How many values are sealed together, of which those of no entry are of earlier changes. */
  values: number;
  /** By sequence. Those that have another change since are left out. */
  entries: readonly Entry[];
}

/** As it is stored: without the names of the properties, which would be read and written with each entry. */
export type EntryRow = [key: string, type: string, isDeleted: boolean, sequence: number, place: number, hash: string];

export function rowOf({ key, type, isDeleted, sequence, place, hash }: Entry): EntryRow {
  return [key, type, isDeleted, sequence, place, hash];
}

export function entryOf([key, type, isDeleted, sequence, place, hash]: EntryRow): Entry {
  return { key, type, isDeleted, sequence, place, hash };
}

export interface SealedBlock {
  block: Block;
  body: Uint8Array;
}

/**
 * One at a time: the values of all of them are much together.
 * @param records by sequence, with their types
 */
export function* newBlocks(
  records: readonly (PlannedRecord & { type: string })[],
  changedAt: number,
  seal: BlockSeal,
): Generator<SealedBlock, void> {
  let entries: Entry[] = [];
  let values: string[] = [];
  let characters = 0;
  for (const [at, { key, type, hash, isDeleted, sequence, value }] of records.entries()) {
    const place = entries.length;
    entries.push({ key, type, isDeleted, sequence, place, hash });
    values[place] = value();
    characters += values[place].length;
    const isFull = entries.length === BLOCK_RECORDS || characters >= BLOCK_CHARACTERS;
    if (!isFull && at < records.length - 1) continue;
    const block = { name: sequence, changedAt, values: entries.length, entries };
    yield { block, body: seal.seal(joined(values), blockName(sequence)) };
    [entries, values, characters] = [[], [], 0];
  }
}

/** A block of which some records have a newer change. */
export interface ReplacedBlock {
  block: Block;
  /** What is sealed has to be sealed anew without what it has no entries for: most of it is that, or a deleted record is among it. */
  isWorn: boolean;
}

/**
 * @param blocks with the changes that records replace
 * @returns those blocks without these
 */
export function replacedBlocks(blocks: readonly Block[], records: readonly PlannedRecord[]): ReplacedBlock[] {
  const deletes = new Map<number, boolean>();
  for (const { replaces, isDeleted } of records) if (replaces !== null) deletes.set(replaces, isDeleted);
  return blocks.map((block) => {
    const gone = block.entries.filter(({ sequence }) => deletes.has(sequence));
    const entries = block.entries.filter(({ sequence }) => !deletes.has(sequence));
    const isWorn = 2 * entries.length <= block.values || gone.some(({ sequence }) => deletes.get(sequence) === true);
    return { block: { ...block, entries }, isWorn: isWorn && entries.length > 0 };
  });
}

/** @returns `null` if it cannot be opened, and stays as it is until none of its records is left */
export function sealedAnew(block: Block, body: Uint8Array, seal: BlockSeal): SealedBlock | null {
  const name = blockName(block.name);
  const values = seal.tryOpen(body, name)?.split(SEPARATOR);
  if (values === undefined) return null;
  const kept = block.entries.map(({ place }) => values[place] ?? '');
  const entries = block.entries.map((entry, place) => ({ ...entry, place }));
  return { block: { ...block, entries, values: entries.length }, body: seal.seal(joined(kept), name) };
}

/** Each with its type: that of a deleted record is the one that it had. */
export function typedRecords(
  records: readonly PlannedRecord[],
  replaced: readonly Block[],
): (PlannedRecord & { type: string })[] {
  const types = new Map(replaced.flatMap(({ entries }) => entries.map(({ sequence, type }) => [sequence, type])));
  return records.map((record) => ({ ...record, type: record.type ?? types.get(record.replaces ?? 0) ?? '' }));
}

/** @throws Problem `store-unavailable`: what is stored cannot be opened */
export function openedRecords({ name, changedAt, entries }: Block, body: Uint8Array, seal: BlockSeal): StoredRecord[] {
  const values = seal.open(body, blockName(name)).split(SEPARATOR);
  return entries.map(({ place, hash: _, ...entry }) => ({ ...entry, changedAt, value: values[place] ?? '' }));
}

/** By type, of records that are not deleted. @param seen sequence numbers */
export async function countedRecords(
  portions: AsyncIterable<readonly Block[]>,
  seen: SeenNumbers,
): Promise<{ known: Record<string, number>; unseen: Record<string, number> }> {
  const known: Record<string, number> = {};
  const unseen: Record<string, number> = {};
  for await (const portion of portions)
    for (const { type, sequence, isDeleted } of portion.flatMap(({ entries }) => entries)) {
      if (isDeleted) continue;
      known[type] = (known[type] ?? 0) + 1;
      if (!seen.has(sequence)) unseen[type] = (unseen[type] ?? 0) + 1;
    }
  return { known, unseen };
}

/** What its values are sealed for. */
export const blockName = (name: number): string => `block ${name}`;

const SEPARATOR = '\n';
const joined = (values: readonly string[]): string => values.join(SEPARATOR);
