import type { Store } from '@causeway/store';
import { filterRecord, headOfRecord, type ActivityEntry } from './activity-entry.js';
import { logOfOrganization, OF_ALL, type ActivityLogName } from './activity-logs.js';

const PAGE = 1_000;
const DAY_MS = 86_400_000;

interface Erased {
  orgId: string;
  /** `null`: all of the organization. */
  userId: string | null;
}

/**
 * Removes the entries of an organization, or of one of its users, from the activity logs. What a service is about to write meanwhile may be
 * written after it, or be lost with what is written anew.
 * @param days of which entries are kept
 * @param dryRun counts only
 * @returns how many
 */
export async function eraseActivity(store: Store, erased: Erased, days: number, dryRun: boolean): Promise<number> {
  const { orgId, userId } = erased;
  const ttlMs = days * DAY_MS;
  const isErased = (entry: ActivityEntry) => entry.orgId === orgId && (userId === null || entry.userId === userId);
  const [own] = await Promise.all(
    [logOfOrganization(orgId), OF_ALL].map((name) => removeFrom(store, name, isErased, dryRun ? null : ttlMs)),
  );
  return own ?? 0;
}

/** @param ttlMs `null`: counts only */
async function removeFrom(
  store: Store,
  { partition, log }: ActivityLogName,
  isErased: (entry: ActivityEntry) => boolean,
  ttlMs: number | null,
): Promise<number> {
  const kept: string[] = [];
  let removed = 0;
  for (let from = 0; ;) {
    const records = await store.logFrom(partition, log, from, PAGE);
    for (const { entry: text } of records) {
      const left = filterRecord(text, (entry) => !isErased(entry));
      removed += headOfRecord(text).count - left.count;
      if (left.record !== null) kept.push(left.record);
    }
    if (records.length < PAGE) break;
    from = (records.at(-1)?.number ?? 0) + 1;
  }
  if (removed === 0 || ttlMs === null) return removed;
  const append = kept.map((entry) => ({ log, entry, keep: kept.length, ttlMs }));
  await store.commitIfUnchanged(partition, { removeLogs: [log], append });
  return removed;
}
