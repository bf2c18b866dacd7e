import type { Database, RangeOptions } from 'lmdb';
import { wholeMs } from '../limits.js';
import type { Change } from '../key-value-store.js';
import type { LogEntry } from '../log-store.js';
import { entryKey, KIND, numberOfEntry, recordKey } from './keys.js';
import type { Records } from './records.js';

type Append = NonNullable<Change['append']>[number];

/** Above every number, and still exact. */
const END = Number.MAX_SAFE_INTEGER;

/** A log is a record with the number of its newest entry, which ends with it, and a key for each entry. All writes belong in a transaction. */
export class Logs {
  constructor(
    private readonly db: Database<Buffer, Uint8Array>,
    private readonly records: Records,
  ) {}

  append(partition: string, { log, entry, keep, ttlMs }: Append, now: number): void {
    const key = recordKey(KIND.log, partition, log);
    const newest = this.newest(key, now);
    if (newest === null) this.removeEntries(key);
    const number = newest === null ? now : newest + 1;
    this.records.put(key, Buffer.from(`${number}`), ttlMs === null ? undefined : now + wholeMs(ttlMs));
    void this.db.put(entryKey(key, number), Buffer.from(entry));
    this.removeEntries(key, Math.max(0, number - keep + 1));
  }

  remove(partition: string, log: string): void {
    const key = recordKey(KIND.log, partition, log);
    this.records.remove(key);
    this.removeEntries(key);
  }

  /** Those of a log that has ended or, with a number, those before it. */
  removeEntries(log: Uint8Array, before = END): void {
    for (const entry of [...this.db.getKeys({ start: entryKey(log, 0), end: entryKey(log, before) })]) {
      void this.db.remove(entry);
    }
  }

  from(partition: string, log: string, from: number, limit: number, now: number): LogEntry[] {
    const key = recordKey(KIND.log, partition, log);
    if (this.newest(key, now) === null) return [];
    return this.entries({ start: entryKey(key, from), end: entryKey(key, END), limit });
  }

  backwards(partition: string, log: string, limit: number, before: number | undefined, now: number): LogEntry[] {
    const key = recordKey(KIND.log, partition, log);
    if (this.newest(key, now) === null) return [];
    const start = entryKey(key, before ?? END);
    return this.entries({ start, exclusiveStart: true, end: entryKey(key, 0), reverse: true, limit });
  }

  private entries(range: RangeOptions): LogEntry[] {
    return [...this.db.getRange(range)].map(({ key, value }) => ({
      number: numberOfEntry(key),
      entry: value.toString(),
    }));
  }

  private newest(key: Uint8Array, now: number): number | null {
    const found = this.records.get(key, now);
    return found === undefined ? null : Number(found.toString());
  }
}
