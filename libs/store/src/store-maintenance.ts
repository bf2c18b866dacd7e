import type { Ref } from './key-value-store.js';

/** What a store keeps: a value, some members of an index, or some entries of a log. Times are milliseconds since the epoch. */
export type StoredEntry =
  | { kind: 'value'; ref: Ref; value: string; expiresAt: number | null }
  | { kind: 'members'; partition: string; index: string; members: string[] }
  /** A log that is longer than one batch comes in several, oldest first; `isFirst` of the first one. */
  | { kind: 'log'; partition: string; log: string; isFirst: boolean; entries: string[]; expiresAt: number | null };

/** For an operator's commands. */
export abstract class StoreMaintenance {
  /**
   * Everything but leases, rate limits and the cache, in batches: all values first, then all indexes and logs, so that the index of a
   * value that was read is read later. What is there all the time is in at least one batch. The embedded store gives everything as it
   * was at one moment; Redis gives each value as it was at some moment while this runs, and may give one twice.
   */
  abstract entries(): AsyncGenerator<StoredEntry[], void>;
  /** Ids of other processes of this machine that have the embedded store open. Redis does not say who uses it. */
  abstract otherProcesses(): Promise<number[]>;
  /** What time it is for the store, which ends what expires: milliseconds since the epoch. */
  abstract now(): Promise<number>;
}
