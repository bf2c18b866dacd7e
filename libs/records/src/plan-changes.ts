import type { AppliedChanges, RecordChanges } from './record-store.js';

/** What is stored of a record that a change names. */
export interface KnownRecord {
  hash: string;
  isDeleted: boolean;
  sequence: number;
}

export interface PlannedRecord {
  key: string;
  /** `null`: as it is stored. */
  type: string | null;
  hash: string;
  value: () => string;
  isDeleted: boolean;
  sequence: number;
  /** The sequence number of the change before; `null`: it is the first one. */
  replaces: number | null;
}

export interface Plan {
  applied: AppliedChanges;
  /** By sequence. */
  records: PlannedRecord[];
  /** Sequence numbers of the upserts. */
  seen: number[];
  sizeBy: number;
  sequence: number;
}

/** What a change writes: nothing for a record that is as it should be. */
export function planChanges(
  { upserts, deletes }: Pick<RecordChanges, 'upserts' | 'deletes'>,
  known: ReadonlyMap<string, KnownRecord>,
  newest: number,
): Plan {
  const applied = { added: 0, updated: 0, unchanged: 0, deleted: 0 };
  const records = new Map<string, PlannedRecord>();
  const seen: number[] = [];
  let sequence = newest;
  let sizeBy = 0;
  // Of one key, the last one counts.
  for (const { key, type, hash, value } of new Map(upserts.map((upsert) => [upsert.key, upsert])).values()) {
    const record = known.get(key);
    const isThere = record !== undefined && !record.isDeleted;
    if (isThere && record.hash === hash) {
      applied.unchanged += 1;
      seen.push(record.sequence);
      continue;
    }
    applied[isThere ? 'updated' : 'added'] += 1;
    sizeBy += isThere ? 0 : 1;
    sequence += 1;
    seen.push(sequence);
    const replaces = record?.sequence ?? null;
    records.set(key, { key, type, hash, value, isDeleted: false, sequence, replaces });
  }
  for (const { key, value } of deletes) {
    const record = known.get(key);
    if (record === undefined || record.isDeleted || records.has(key)) continue;
    applied.deleted += 1;
    sizeBy -= 1;
    sequence += 1;
    const replaces = record.sequence;
    records.set(key, { key, type: null, hash: '', value, isDeleted: true, sequence, replaces });
  }
  return { applied, records: [...records.values()], seen, sizeBy, sequence };
}
