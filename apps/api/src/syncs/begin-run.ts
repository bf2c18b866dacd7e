import type { Collection, RunKind } from '@causeway/records';
import type { ItemType } from '../integrations/integration-definition.js';
import { hashOf, shortHash } from '../loads/hashes.js';
import { firstCursor, type LoadCursor } from '../loads/load-cursor.js';
import type { Run, RunProgress, SyncSettings, SyncState } from './sync-records.js';

/** Some providers find a change by search only moments later, and their clock may be another. */
const OVERLAP_MS = 60_000;

/** A full pass over so few items costs little more than looking for new ones, and finds edits and deletions, too. */
const FEW_ITEMS = 1_000;

export function newProgress(number: number): RunProgress {
  const none = { added: 0, updated: 0, deleted: 0, unchanged: 0, requests: 0, waitedMs: 0 };
  const begun = { startedAt: Date.now(), endedAt: null, kind: 'full', outcome: 'running' } as const;
  const run: Run = { id: `run_${number}`, ...begun, ...none, problem: null };
  return { number, run, cursor: null, containers: [], held: [], lookedAt: 0 };
}

/** Decides what kind of run it is, and where it begins. */
export function beginRun(
  { requested, size }: Pick<Collection, 'requested' | 'size'>,
  { types, parent, fullEverySeconds }: SyncSettings,
  { fullAt, completeAt, shape: lastShape }: SyncState,
  { name, itemTypes, shape }: { name: string; itemTypes: readonly ItemType[]; shape: string },
): { kind: RunKind; startedAt: number; cursor: LoadCursor } {
  const now = Date.now();
  const own = itemTypes.filter(({ type }) => types.includes(type));
  const findsNewOnly = own.every(({ changes }) => changes === undefined);
  const isFull =
    requested === 'full' ||
    fullAt === null ||
    completeAt === null ||
    // The clock has been set back: what has changed since then cannot be told by time.
    completeAt > now ||
    lastShape !== shape ||
    now - fullAt >= fullEverySeconds * 1000 ||
    (findsNewOnly && (size <= FEW_ITEMS || !own.every(({ newestFirst }) => newestFirst?.(parent) === true)));
  // What a provider has in a list of its own is not always among its changes: then a full pass finds what was archived.
  const archived = own.some((itemType) => (isFull ? itemType.archived : itemType.changes?.archived) === true);
  const time = new Date((completeAt ?? 0) - OVERLAP_MS);
  const since = isFull ? {} : { updatedSince: time, createdSince: time };
  const within = parent === null ? {} : { parent };
  const cursor = firstCursor(name, itemTypes, { types: [...types], ...within, ...since }, now);
  return { kind: isFull ? 'full' : 'changes', startedAt: now, cursor: { ...cursor, archived } };
}

/** What items look like by: another set of properties makes other items. */
export function shapeOf(itemTypes: readonly ItemType[], { types }: SyncSettings): string {
  const own = itemTypes.filter(({ type }) => types.includes(type));
  return shortHash(hashOf(JSON.stringify(own.map(({ type, properties }) => [type, properties ?? null]))));
}
