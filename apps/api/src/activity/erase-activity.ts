import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Store } from '@causeway/store';
import { filterRecord, headOfRecord, type ActivityEntry } from './activity-entry.js';
import { logOfOrganization, OF_ALL, rewriteOf, type ActivityLogName } from './activity-logs.js';

/** Records that are read, or written, at a time. */
const BLOCK = 100;
const DAY_MS = 86_400_000;
/** So long others wait for a rewrite that was broken off. */
const REWRITE_MS = 30_000;
const RETRY_MS = 1_000;

interface Erased {
  orgId: string;
  /** `null`: all of the organization. */
  userId: string | null;
}

type IsErased = (entry: ActivityEntry) => boolean;

/**
 * Removes the entries of an organization, or of one of its users, from the activity logs. What a service has not written yet is written
 * after it.
 * @param days of which entries are kept
 * @param dryRun counts only
 * @returns how many
 */
export async function eraseActivity(store: Store, erased: Erased, days: number, dryRun: boolean): Promise<number> {
  const { orgId, userId } = erased;
  const isErased = (entry: ActivityEntry) => entry.orgId === orgId && (userId === null || entry.userId === userId);
  const [own] = await Promise.all(
    [logOfOrganization(orgId), OF_ALL].map(async (name) => {
      const { removed } = await look(store, name, isErased);
      return removed === 0 || dryRun ? removed : removeFrom(store, name, isErased, days * DAY_MS);
    }),
  );
  return own ?? 0;
}

/** Nobody else appends meanwhile: see `rewriteOf`. What has an entry to keep goes from the beginning of the log to its end, in blocks. */
async function removeFrom(store: Store, name: ActivityLogName, isErased: IsErased, ttlMs: number): Promise<number> {
  const { partition, log } = name;
  const rewrite = { key: rewriteOf(name), value: randomBytes(12).toString('base64url') };
  const [expect, put] = [[rewrite], [{ ...rewrite, ttlMs: REWRITE_MS }]];
  while (!(await store.commitIfUnchanged(partition, { expect: [{ ...rewrite, value: null }], put }))) {
    await setTimeout(RETRY_MS);
  }
  const commit = async (change: Parameters<Store['commitIfUnchanged']>[1]) => {
    if (await store.commitIfUnchanged(partition, { expect, ...change })) return;
    throw new Error('The activity log took too long to rewrite: erase again');
  };
  const { removed, records: all, lastKept } = await look(store, name, isErased, () => commit({ put }));
  if (lastKept === null) await commit({ removeLogs: [log] });
  let [handled, appended, isLast] = [0, 0, lastKept === null];
  for (let from = 0; !isLast;) {
    const block = await store.logFrom(partition, log, from, BLOCK);
    const newest = block.at(-1)?.number ?? Infinity;
    from = newest + 1;
    // What comes after the last record to keep goes with it.
    isLast = newest >= (lastKept ?? 0);
    handled = isLast ? all : handled + block.length;
    const kept = block
      .filter(({ number }) => number <= (lastKept ?? 0))
      .flatMap(({ entry }) => filterRecord(entry, (one) => !isErased(one)).record ?? []);
    appended += kept.length;
    const keep = all - handled + appended;
    await commit({ put, append: kept.map((entry) => ({ log, entry, keep, ttlMs })) });
  }
  await commit({ remove: [rewrite.key] });
  return removed;
}

/** @param onBlock after each block that is read */
async function look(
  store: Store,
  { partition, log }: ActivityLogName,
  isErased: IsErased,
  onBlock?: () => Promise<void>,
): Promise<{ removed: number; records: number; lastKept: number | null }> {
  let [removed, records] = [0, 0];
  let lastKept: number | null = null;
  for (let from = 0; ;) {
    const block = await store.logFrom(partition, log, from, BLOCK);
    for (const { number, entry } of block) {
      const { count } = filterRecord(entry, (one) => !isErased(one));
      removed += headOfRecord(entry).count - count;
      if (count > 0) lastKept = number;
    }
    records += block.length;
    if (block.length < BLOCK) return { removed, records, lastKept };
    from = (block.at(-1)?.number ?? 0) + 1;
    await onBlock?.();
  }
}
