import type { AppliedChanges, RecordChanges } from './record-store.js';

/** What is stored of a record that a change names. */
export interface KnownRecord {
  number: number;
  hash: string;
  isDeleted: boolean;
}

export interface PlannedRecord {
  key: string;
  /** `null`: as it is stored. */
  type: string | null;
  hash: string;
  value: string;
  isDeleted: boolean;
  number: number;
  sequence: number;
}

export interface Plan {
  applied: AppliedChanges;
  records: PlannedRecord[];
  seen: number[];
  sizeBy: number;
  sequence: number;
  lastNumber: number;
}

/** What a change writes: nothing for a record that is as it should be. */
export function planChanges(
  { upserts, deletes }: Pick<RecordChanges, 'upserts' | 'deletes'>,
  known: ReadonlyMap<string, KnownRecord>,
  at: { sequence: number; lastNumber: number },
): Plan {
  const applied = { added: 0, updated: 0, unchanged: 0, deleted: 0 };
  const records = new Map<string, PlannedRecord>();
  const seen = new Set<number>();
  let { sequence, lastNumber } = at;
  let sizeBy = 0;
  // Of one key, the last one counts.
  for (const { key, type, hash, value } of new Map(upserts.map((upsert) => [upsert.key, upsert])).values()) {
    const record = known.get(key);
    const isThere = record !== undefined && !record.isDeleted;
    const number = record?.number ?? (lastNumber += 1);
    seen.add(number);
    if (isThere && record.hash === hash) {
      applied.unchanged += 1;
      continue;
    }
    applied[isThere ? 'updated' : 'added'] += 1;
    sizeBy += isThere ? 0 : 1;
    sequence += 1;
    records.set(key, { key, type, hash, value: value(), isDeleted: false, number, sequence });
  }
  for (const { key, value } of deletes) {
    const record = known.get(key);
    if (record === undefined || record.isDeleted || records.has(key)) continue;
    applied.deleted += 1;
    sizeBy -= 1;
    sequence += 1;
    records.set(key, {
      key,
      type: null,
      hash: '',
      value: value(),
      isDeleted: true,
      number: record.number,
      sequence,
    });
  }
  return { applied, records: [...records.values()], seen: [...seen], sizeBy, sequence, lastNumber };
}
