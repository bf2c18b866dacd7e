import { newGeneration } from '../new-generation.js';
import type { KnownRecord } from '../plan-changes.js';
import type { Collection, CollectionFilter, NewCollection, RunKind, StoredRecord } from '../record-store.js';

export const LAST = Number.MAX_SAFE_INTEGER;

export interface Row extends Omit<Collection, 'generation'> {
  /** Not of those that an earlier version made. */
  generation?: string;
  lastNumber: number;
  lastPage: number;
  requestedAt: number | null;
  /** What was asked for when the run that goes on began. */
  claimed: RunKind | null;
}

export type StoredKey = KnownRecord & { sequence: number };
export type RecordInfo = Omit<StoredRecord, 'value'>;

/** Values without the names of their properties, which would be read and written with each of them. Earlier versions wrote objects. */
export type KeyRow = [number: number, hash: string, isDeleted: boolean, sequence: number];
export type RecordRow = [
  key: string,
  type: string,
  isDeleted: boolean,
  sequence: number,
  number: number,
  changedAt: number,
];

export function storedKey(row: KeyRow | StoredKey): StoredKey {
  if (!Array.isArray(row)) return row;
  const [number, hash, isDeleted, sequence] = row;
  return { number, hash, isDeleted, sequence };
}

export function recordInfo(row: RecordRow | RecordInfo): RecordInfo {
  if (!Array.isArray(row)) return row;
  const [key, type, isDeleted, sequence, number, changedAt] = row;
  return { key, type, isDeleted, sequence, number, changedAt };
}

export type Numbered = [collection: string, number: number];

/** All numbers of a collection. */
export const within = (id: string) => ({ start: [id, 0] as Numbered, end: [id, LAST] as Numbered });

export function newRow(collection: NewCollection): Row {
  const none = { version: 1, state: null, requested: null, requestedAt: null, claimed: null, running: false };
  const counts = { size: 0, sequence: 0, deletesFrom: 0, lastNumber: 0, lastPage: 0 };
  return { ...collection, ...none, ...counts, generation: newGeneration() };
}

export function viewOf({
  lastNumber: _number,
  lastPage: _page,
  requestedAt: _at,
  claimed: _claimed,
  generation = '',
  ...row
}: Row): Collection {
  return { ...row, generation };
}

/** `null`: it has not to run. */
export function dueTime({ running, requested, requestedAt, nextRunAt }: Row): number | null {
  if (running) return 0;
  return requested !== null ? (requestedAt ?? 0) : nextRunAt;
}

export function matches({ orgId, userId, connectionId }: Row, filter: CollectionFilter): boolean {
  return (
    (filter.orgIds === undefined || filter.orgIds.includes(orgId)) &&
    (filter.userId === undefined || filter.userId === userId) &&
    (filter.connectionId === undefined || filter.connectionId === connectionId)
  );
}

export type Age = Pick<Collection, 'createdAt' | 'id'>;

export function newestFirst(one: Age, other: Age): number {
  return other.createdAt - one.createdAt || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);
}
