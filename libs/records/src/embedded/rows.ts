import { entryOf, rowOf, type Block, type EntryRow } from '../blocks.js';
import { newGeneration } from '../new-generation.js';
import type { KnownRecord } from '../plan-changes.js';
import type { Collection, CollectionFilter, NewCollection, RunKind } from '../record-store.js';

export const LAST = Number.MAX_SAFE_INTEGER;

export interface Row extends Collection {
  lastPage: number;
  requestedAt: number | null;
  /** What was asked for when the run that goes on began. */
  claimed: RunKind | null;
}

/** By key. Without the names of the properties, which would be read and written with each of them. */
export type IndexRow = [sequence: number, hash: string, isDeleted: boolean];

export function knownRecord([sequence, hash, isDeleted]: IndexRow): KnownRecord {
  return { sequence, hash, isDeleted };
}

export type BlockRow = [changedAt: number, values: number, entries: EntryRow[]];

export function blockRow({ changedAt, values, entries }: Block): BlockRow {
  return [changedAt, values, entries.map(rowOf)];
}

export function blockOf(name: number, [changedAt, values, entries]: BlockRow): Block {
  return { name, changedAt, values, entries: entries.map(entryOf) };
}

export type Numbered = [collection: string, number: number];

/** All numbers of a collection. */
export const within = (id: string) => ({ start: [id, 0] as Numbered, end: [id, LAST] as Numbered });

/** Whatever they have beside the collection in their keys. */
export const withinAny = (id: string) => ({ start: [id] as never, end: [id, '\uffff'] as never });

export function newRow(collection: NewCollection): Row {
  const none = { version: 1, state: null, requested: null, requestedAt: null, claimed: null, running: false };
  const counts = { size: 0, sequence: 0, deletesFrom: 0, lastPage: 0 };
  return { ...collection, ...none, ...counts, generation: newGeneration() };
}

export function viewOf({ lastPage: _page, requestedAt: _at, claimed: _claimed, ...row }: Row): Collection {
  return row;
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
