import type { LogStore } from '@causeway/store';
import { decodeEntry } from './chain-entry.js';
import { LOG, PARTITION } from './chain-head.js';

const PAGE = 1_000;

/** How many entries name an organization, or one user of it, and when the newest was written: milliseconds since the epoch. */
export async function entriesAbout(
  store: LogStore,
  orgId: string,
  userId: string | null,
): Promise<{ count: number; newest: number | null }> {
  let count = 0;
  let newest: number | null = null;
  for (let from = 0; ;) {
    const page = await store.logFrom(PARTITION, LOG, from, PAGE);
    for (const { entry: text } of page) {
      const decoded = decodeEntry(text);
      if (decoded?.entry.orgId !== orgId || (userId !== null && decoded.entry.userId !== userId)) continue;
      count += 1;
      newest = decoded.at;
    }
    if (page.length < PAGE) return { count, newest };
    from = (page.at(-1)?.number ?? 0) + 1;
  }
}
