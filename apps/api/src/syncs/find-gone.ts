import { UpstreamError } from '@causeway/http-client';
import type { RecordStore, StoredRecord } from '@causeway/records';
import type { ItemType } from '../integrations/integration-definition.js';
import type { AccountContext, Integration, IntegrationItem } from '../integrations/integration.js';
import type { Gone, RunWriter } from './run-writer.js';
import { MAX_CONTAINERS, type ItemName, type Run, type StoredItem, type SyncSeal } from './sync-records.js';

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
  suspicious: readonly string[];
  measured: () => Run;
  signal: AbortSignal;
}

/**
 * After a complete full pass: what is known and was not seen is gone where the provider's list has all items, and is asked for by its id
 * where it may lack some.
 * Of a type of which suspiciously many are absent, nothing is deleted until the next full pass says the same.
 */
export async function findGone(pass: FullPass): Promise<void> {
  const { records, id, seal, writer, measured, signal } = pass;
  const { known, unseen } = await records.counts(id);
  const { isItemInferable, isTypeInferable } = inference(pass);
  const held = Object.entries(unseen).flatMap(([type, absent]) => {
    const isMany = absent > MANY && absent > (known[type] ?? 0) / 2;
    return isMany && isTypeInferable(type) && !pass.suspicious.includes(type) ? [type] : [];
  });
  await writer.write({}, { suspicious: held });

  for (;;) {
    const { lookedAt } = writer.current;
    const batch = await records.unseen(id, lookedAt, BATCH);
    if (batch.length === 0) return;
    for (const part of portions(batch, ASKED)) {
      const gone: Gone[] = [];
      const items: IntegrationItem[] = [];
      for (const record of part) {
        signal.throwIfAborted();
        const name = nameIn(seal.openItem(record));
        if (isItemInferable(name)) {
          if (!held.includes(record.type)) gone.push({ key: record.key, name, evidence: 'inferred' });
          continue;
        }
        const item = await ask(pass, name);
        if (item === null) gone.push({ key: record.key, name, evidence: 'confirmed' });
        else if (item !== undefined) items.push(item);
      }
      await writer.write({ items, gone }, { lookedAt: part.at(-1)?.number ?? lookedAt, run: measured() });
    }
  }
}

/**
 * Whether the absence of an item says that it is gone: its list is documented to have all items, and it was read. A list is only complete
 * for what it was in: of a container of which nothing was read, nothing follows.
 */
function inference({ itemTypes, parent, writer }: FullPass) {
  const { containers } = writer.current;
  const read = new Set(containers.length < MAX_CONTAINERS ? containers : []);
  const isExhaustive = (type: string, within: string | null) => {
    const itemType = itemTypes.find((known) => known.type === type);
    return itemType !== undefined && (itemType.notExhaustive?.(within) ?? null) === null;
  };
  return {
    isItemInferable: ({ type, driveId }: ItemName): boolean => {
      if (driveId === null) return isExhaustive(type, parent);
      return read.has(driveId) && (isExhaustive(type, parent) || isExhaustive(type, driveId));
    },
    /** Of some item of this type. */
    isTypeInferable: (type: string): boolean => [parent, ...read].some((within) => isExhaustive(type, within)),
  };
}

/** @returns `null`: it is gone; `undefined`: the provider does not say, and it stays */
async function ask({ integration, account }: FullPass, name: ItemName): Promise<IntegrationItem | null | undefined> {
  try {
    return await integration.fetchItem({ ...name, properties: [] }, account);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    if (['rejected', 'malformed', 'too-large', 'forbidden'].includes(error.reason)) return undefined;
    throw error;
  }
}

function nameIn(stored: StoredItem): ItemName {
  const { type, id, driveId, parentId } = 'item' in stored ? stored.item : stored.deleted;
  return { type, id, driveId, parentId };
}

function* portions(records: readonly StoredRecord[], size: number): Generator<StoredRecord[]> {
  for (let at = 0; at < records.length; at += size) yield records.slice(at, at + size);
}
