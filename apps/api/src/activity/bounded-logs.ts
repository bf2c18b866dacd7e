import { LRUCache } from 'lru-cache';
import type { Store } from '@causeway/store';
import { encodeRecord, headOfRecord, type EncodedEntry } from './activity-entry.js';
import { rewriteOf, type ActivityLogName } from './activity-logs.js';

/** A record of the store costs as much as ten entries. */
const ENTRIES_OF_A_RECORD = 100;
const PAGE = 100;
const DAY_MS = 86_400_000;
const INTERVAL_MS = 60 * 60_000;
/** What part of a log a process adds before it knows how much others add. */
const FIRST_SHARE = 0.1;

/** Since this process counted what is kept of a log. */
interface Known {
  /** How many entries it has added. */
  appended: number;
  /** After so many, it counts again. */
  due: number;
  /** The number of the newest record when it counted. */
  newest: number;
}

/** Appends to logs that keep a number of entries each, however many entries a record has, for a number of days. */
export class BoundedLogs {
  /** What expires is counted again: some of it may be too old. */
  private readonly known = new LRUCache<string, Known>({ max: 10_000, ttl: INTERVAL_MS, noUpdateTTL: true });

  constructor(
    private readonly store: Store,
    private readonly days: number,
  ) {}

  /**
   * All of the entries, or none.
   * @param limit how many entries are kept, at least, and up to twice as many, however many processes write
   * @throws Problem `store-unavailable`, Error while entries are erased
   */
  async append(name: ActivityLogName, entries: readonly EncodedEntry[], limit: number): Promise<void> {
    const { partition, log } = name;
    const key = `${partition} ${log}`;
    const known = this.known.get(key);
    const count =
      known === undefined || known.appended >= known.due ? await this.count(name, limit, known?.newest) : null;
    const records = inParts(entries, ENTRIES_OF_A_RECORD).map(encodeRecord);
    // Others may have added records since a count of before: as many as there can be entries.
    const keep = count === null ? limit : Math.min(limit, count.records + records.length);
    const ttlMs = this.days * DAY_MS;
    const isAppended = await this.store.commitIfUnchanged(partition, {
      expect: [{ key: rewriteOf(name), value: null }],
      append: records.map((entry) => ({ log, entry, keep, ttlMs })),
    });
    if (!isAppended) throw new Error('the log is rewritten at this moment');
    const appended = (count === null ? (known?.appended ?? 0) : 0) + entries.length;
    // When all processes together have added as much as is kept, each of them has added its share.
    const share = known === undefined ? FIRST_SHARE : Math.min(1, known.appended / Math.max(1, count?.added ?? 1));
    const next = count === null ? known : { due: limit * share, newest: count.newest };
    if (next !== undefined) this.known.set(key, { ...next, appended });
  }

  /**
   * How many of the newest records hold what is kept, and how many entries are newer than a record.
   * @param since the number of that record
   */
  private async count({ partition, log }: ActivityLogName, limit: number, since = 0) {
    const expired = Date.now() - this.days * DAY_MS;
    let [records, seen, entries, added, newest] = [0, 0, 0, 0, 0];
    for (let before: number | undefined; ;) {
      const page = await this.store.logBackwards(partition, log, PAGE, before);
      for (const record of page) {
        if (entries >= limit) return { records, added, newest };
        const { count, at } = headOfRecord(record.entry);
        entries += count;
        seen += 1;
        newest = Math.max(newest, record.number);
        if (record.number > since) added += count;
        if (at >= expired) records = seen;
      }
      if (page.length < PAGE) return { records, added, newest };
      before = page.at(-1)?.number;
    }
  }
}

function inParts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size));
}
