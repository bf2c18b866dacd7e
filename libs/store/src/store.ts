import type { Cache } from 'cache-manager';

/** A value, a lease or a budget under a key; the three share no names. Keys of one partition share a Redis Cluster slot, so they can change in one atomic step. */
export interface Ref {
  partition: string;
  key: string;
}

/** What changes together or not at all, removals first. All keys and indexes belong to one partition. */
export interface Change {
  /** The change happens only if each of these keys still has exactly this value (`null`: the key does not exist). */
  expect?: { key: string; value: string | null }[];
  /** The change happens only if each of these keys exists, whatever its value. */
  expectPresent?: string[];
  /** `ttlMs`: the key is gone after that many milliseconds; absent: it stays (an earlier expiry is lifted). */
  put?: { key: string; value: string; ttlMs?: number }[];
  remove?: string[];
  /** Ordered sets of strings of at most 1024 bytes; adding a member twice or removing an absent one is no fault. */
  addToIndex?: { index: string; member: string }[];
  removeFromIndex?: { index: string; member: string }[];
  removeLogs?: string[];
  /** A log keeps its newest `keep` entries, and ends as a whole `ttlMs` after the newest one (`null`: never). */
  append?: { log: string; entry: string; keep: number; ttlMs: number | null }[];
  /**
   * Told to every process that listens to the topic, once the change has happened. A hint and no more: it is lost where the store is
   * away for a moment, and that of the embedded store reaches this process only. Whoever listens has to look for himself now and then.
   */
  publish?: { topic: string; message: string };
}

/** Entries of a log have consecutive numbers. Those of a log that has ended and begins anew are greater than all that it had. */
export interface LogEntry {
  number: number;
  entry: string;
}

/** At most `limit` calls in any stretch of `periodMs` milliseconds. */
export interface Rate {
  limit: number;
  periodMs: number;
}

/** Calls of one kind that wait for a place each. */
export interface Waiter {
  /** Places are given evenly to the groups that wait, and within a group to its flows. */
  tenant: string;
  job: string;
  calls: number;
}

/** What one process says each time it asks for places: all that waits in it, so that what it left out does not wait any more. */
export interface AcquireRequest {
  /** The process. What it said last counts for three seconds. */
  process: string;
  waiting: readonly Waiter[];
  /** Places are given out so many milliseconds before their time at most; asking must not be rarer than that when one is near. */
  aheadMs: number;
  /** Places that were used later than they were given for: those after them have to move too. */
  late?: readonly { at: number; byMs: number }[];
}

/** One call may go. */
export interface Slot {
  tenant: string;
  job: string;
  /** Names the place; milliseconds of the store's clock. */
  at: number;
  /** Milliseconds from now on; below zero, it is late. */
  inMs: number;
}

export interface AcquireResult {
  /** For the asker, in the order in which they were given. */
  slots: Slot[];
  /** Milliseconds until the next place that nobody has. */
  nextInMs: number;
  /** How many groups still wait, of all processes. */
  groups: number;
  /** Places of the present period that are not given out. */
  left: number;
}

/**
 * The storage port. Methods are named after the invariant they keep; each is atomic, also against other processes.
 * Any failure of the store itself is a `Problem` `store-unavailable`, and comes at once: calls are never queued while the store is away.
 * What a caller asks wrongly (a time that is no number, a member that is too long) is a `RangeError`, and changes nothing.
 */
export abstract class Store {
  abstract readonly kind: 'redis' | 'embedded';
  /** For what may be lost at any time: catalogue, schemas, account details. Invariants never rest on it. */
  abstract readonly cache: Cache;

  abstract get(ref: Ref): Promise<string | null>;
  /** Answers in the order of `refs`; they may belong to different partitions (then it is not one atomic read). */
  abstract getMany(refs: readonly Ref[]): Promise<(string | null)[]>;
  /** Applies the whole change, or nothing and answers false because an expectation was not met. */
  abstract commitIfUnchanged(partition: string, change: Change): Promise<boolean>;
  /** Reads and removes in one step: of any number of callers exactly one gets the value. */
  abstract consume(ref: Ref): Promise<string | null>;
  /** Members of an index in descending (byte) order, those strictly below `before` where it is given. */
  abstract pageDescending(
    partition: string,
    index: string,
    options: { before?: string; limit: number },
  ): Promise<string[]>;

  /** Entries of a log from this number on, oldest first. */
  abstract logFrom(partition: string, log: string, from: number, limit: number): Promise<LogEntry[]>;
  /** Entries of a log, newest first; those before this number where it is given. */
  abstract logBackwards(partition: string, log: string, limit: number, before?: number): Promise<LogEntry[]>;

  /** Returns at once, also while the store is away. What it returns ends the subscription. */
  abstract subscribe(topic: string, listener: (message: string) => void): () => void;

  /** True if the lease was free or has ended; it is then held by `owner` for `ttlMs`. */
  abstract acquireLease(ref: Ref, owner: string, ttlMs: number): Promise<boolean>;
  /** False if the lease is no longer this owner's: whoever held it must stop. */
  abstract extendLeaseIfOwner(ref: Ref, owner: string, ttlMs: number): Promise<boolean>;
  abstract releaseLeaseIfOwner(ref: Ref, owner: string): Promise<boolean>;

  /**
   * Takes the next free place in a budget that all processes share and answers how many milliseconds from now it is (0: go).
   * `null`: the place would be further away than `maxWaitMs`; nothing was taken.
   */
  abstract reserve(ref: Ref, rate: Rate, maxWaitMs: number): Promise<number | null>;
  /**
   * Gives out the places of a budget that all processes share, at most `rate`, in a fair order: the next one to the group that was
   * served least since it began to wait, within it to such a flow. Places for other processes are kept until they ask.
   */
  abstract acquireSlots(ref: Ref, rate: Rate, asking: AcquireRequest): Promise<AcquireResult>;
  /** Others use the same allowance: of the present period no more than `left` calls are left. */
  abstract leaveAtMost(ref: Ref, rate: Rate, left: number): Promise<void>;
  /** No place of this budget is nearer than `forMs` from now on (a 429 was met). An earlier, longer pause stays. */
  abstract pauseRate(ref: Ref, forMs: number): Promise<void>;

  abstract ping(): Promise<void>;
  abstract close(): Promise<void>;
}
