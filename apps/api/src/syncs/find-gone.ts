import type { RecordStore, StoredRecord } from '@causeway/records';
import type { ItemType } from '../integrations/integration-definition.js';
import type { AccountContext, Integration, IntegrationItem } from '../integrations/integration.js';
import { askForItem } from './ask-for-item.js';
import type { Gone, RunWriter } from './run-writer.js';
import { MAX_CONTAINERS, openChange, type Held, type ItemName, type Run, type SyncSeal } from './sync-records.js';

/** Of one type, so many items may be absent at once before it is taken as suspicious. */
const MANY = 20;
const BATCH = 100;
/** Of items that are asked for one by one, so many are written at once. */
const ASKED = 20;

/** A full pass that has read all lists. */
export interface FullPass {
  records: RecordStore;
  id: string;
  seal: SyncSeal;
  writer: RunWriter;
  integration: Pick<Integration, 'fetchItem'>;
  account: AccountContext;
  itemTypes: readonly ItemType[];
  parent: string | null;
  /** Types whose deletion the full pass before held back. */
  heldBefore: readonly string[];
  measured: () => Run;
  signal: AbortSignal;
}

/**
 * After a complete full pass: what is known and was not seen is gone where the provider's list has all items, and is asked for by its id
 * where it may lack some, or has left out what is there.
 * Of a type of which suspiciously many would be gone, nothing is inferred until the next full pass says the same.
 */
export async function findGone(pass: FullPass): Promise<void> {
  const { records, id, seal, writer, integration, account, measured, signal } = pass;
  const counts = await records.counts(id);
  // What is there was seen, as mostly: each look at what was not would go through all records once more.
  if (Object.keys(counts.unseen).length === 0) return writer.write({}, { held: [] });
  const isInferable = await notContradicted(pass, inference(pass));
  const held = await suspicious(pass, counts, isInferable);
  const heldTypes = new Set(held.map(({ type }) => type));
  await writer.write({}, { held });

  for (;;) {
    const { lookedAt } = writer.current;
    const batch = await records.unseen(id, lookedAt, BATCH, seal.blocks);
    if (batch.length === 0) return;
    for (const part of portions(batch, ASKED)) {
      const gone: Gone[] = [];
      const items: IntegrationItem[] = [];
      for (const record of part) {
        signal.throwIfAborted();
        const name = openChange(record);
        if (isInferable(name)) {
          if (!heldTypes.has(record.type)) gone.push({ key: record.key, name, evidence: 'inferred' });
          continue;
        }
        const item = await askForItem(integration, account, name);
        if (item === null) gone.push({ key: record.key, name, evidence: 'confirmed' });
        else if (item !== undefined) items.push(item);
      }
      // As seen: what has changed comes behind all others, and is not asked for again.
      await writer.write({ items, gone, seen: true }, { lookedAt: part.at(-1)?.sequence ?? lookedAt, run: measured() });
    }
  }
}

/**
 * A list may have been cut without a word. What would be inferred is put to the test: of each list, the first and the last item that it
 * lacks are asked for. Where one of them is there, all others of that list are asked for as well.
 */
async function notContradicted(
  { records, id, seal, integration, account, signal }: FullPass,
  isInferable: (name: ItemName) => boolean,
): Promise<(name: ItemName) => boolean> {
  const ends = new Map<string, ItemName[]>();
  for (let after = 0; ;) {
    signal.throwIfAborted();
    const batch = await records.unseen(id, after, BATCH, seal.blocks);
    for (const name of batch.map(openChange).filter(isInferable)) {
      const [first = name] = ends.get(listOf(name)) ?? [];
      ends.set(listOf(name), first === name ? [name] : [first, name]);
    }
    const last = batch.at(-1);
    if (last === undefined) break;
    after = last.sequence;
  }
  const cut = new Set<string>();
  for (const [list, names] of ends)
    for (const name of names) if (!cut.has(list) && (await askForItem(integration, account, name))) cut.add(list);
  return (name) => isInferable(name) && !cut.has(listOf(name));
}

const listOf = ({ type, driveId }: ItemName): string => `${type} ${driveId ?? ''}`;

/** Types of which suspiciously many would be gone by inference, and were not held back by the full pass before. */
async function suspicious(
  { records, id, seal, heldBefore, signal }: FullPass,
  { known, unseen }: Awaited<ReturnType<RecordStore['counts']>>,
  isInferable: (name: ItemName) => boolean,
): Promise<Held[]> {
  const isMany = (type: string, count: number) => count > MANY && count > (known[type] ?? 0) / 2;
  const candidates = Object.keys(unseen).filter(
    (type) => isMany(type, unseen[type] ?? 0) && !heldBefore.includes(type),
  );
  if (candidates.length === 0) return [];
  const missing = new Map<string, number>();
  for (let after = 0; ;) {
    signal.throwIfAborted();
    const batch = await records.unseen(id, after, BATCH, seal.blocks);
    for (const record of batch)
      if (candidates.includes(record.type) && isInferable(openChange(record)))
        missing.set(record.type, (missing.get(record.type) ?? 0) + 1);
    const last = batch.at(-1);
    if (last === undefined) break;
    after = last.sequence;
  }
  return [...missing]
    .filter(([type, count]) => isMany(type, count))
    .map(([type, count]) => ({ type, known: known[type] ?? 0, missing: count }));
}

/**
 * Whether the absence of an item says that it is gone: its list is documented to have all items, and it was read. A list is only complete
 * for what it was in: of a container of which nothing was read, nothing follows.
 */
function inference({ itemTypes, parent, writer }: FullPass): (name: ItemName) => boolean {
  const { containers } = writer.current;
  const read = new Set(containers.length < MAX_CONTAINERS ? containers : []);
  const isExhaustive = (type: string, within: string | null) => {
    const itemType = itemTypes.find((known) => known.type === type);
    return itemType !== undefined && (itemType.notExhaustive?.(within) ?? null) === null;
  };
  return ({ type, driveId }) => {
    if (driveId === null) return isExhaustive(type, parent);
    return read.has(driveId) && (isExhaustive(type, parent) || isExhaustive(type, driveId));
  };
}

function* portions(records: readonly StoredRecord[], size: number): Generator<StoredRecord[]> {
  for (let at = 0; at < records.length; at += size) yield records.slice(at, at + size);
}
