import type { Database, RangeOptions } from 'lmdb';
import type { Change } from '../key-value-store.js';
import { wholeMs } from '../limits.js';
import type { LogEntry } from '../log-store.js';
import { entryKey, KIND, numberOfEntry, recordKey } from './keys.js';
import type { Records } from './records.js';

type Append = NonNullable<Change['append']>[number];

/** Greater than the number of any entry. */
export const END = Number.MAX_SAFE_INTEGER;

/** A log is a record with the number of its newest entry, which expires with the log, and one key for each entry. Writes need a transaction. */
export class LogRecords {
  constructor(
    private readonly lmdb: Database<Buffer, Uint8Array>,
    private readonly records: Records,
  ) {}

  append(partition: string, { log, entry, keep, ttlMs }: Append, now: number): void {
    const key = recordKey(KIND.log, partition, log);
    const newest = this.records.get(key, now)?.toString();
    if (newest === undefined) this.removeEntries(key);
    const number = newest === undefined ? now : Number(newest) + 1;
    this.records.put(key, Buffer.from(`${number}`), ttlMs === null ? undefined : now + wholeMs(ttlMs));
    void this.lmdb.put(entryKey(key, number), Buffer.from(entry));
    this.removeEntries(key, Math.max(0, number - keep + 1));
  }

  remove(partition: string, log: string): void {
    const key = recordKey(KIND.log, partition, log);
    this.records.remove(key);
    this.removeEntries(key);
  }

  /** @param before removes the entries with smaller numbers; all by default */
  removeEntries(log: Uint8Array, before = END): void {
    for (const entry of [...this.lmdb.getKeys({ start: entryKey(log, 0), end: entryKey(log, before) })]) {
      void this.lmdb.remove(entry);
    }
  }

  entries(partition: string, log: string, range: (key: Buffer) => RangeOptions, now: number): LogEntry[] {
    const key = recordKey(KIND.log, partition, log);
    if (this.records.get(key, now) === undefined) return [];
    return [...this.lmdb.getRange(range(key))].map(({ key: entry, value }) => ({
      number: numberOfEntry(entry),
      entry: value.toString(),
    }));
  }
}
