/** Names a value, a lease or a rate limit; the three kinds never share a key. Keys of one partition share a Redis Cluster slot, so they can change in one atomic step. */
export interface Ref {
  partition: string;
  key: string;
}

/** Applied as a whole or not at all, removals first. All keys, indexes and logs belong to one partition. */
export interface Change {
  /** The change is applied only if each of these keys still has exactly this value (`null`: the key does not exist). */
  expect?: { key: string; value: string | null }[];
  /** The change is applied only if each of these keys exists, whatever its value. */
  expectPresent?: string[];
  /** Without `ttlMs` the value does not expire, and an earlier expiry is lifted; `keep`: that stays. */
  put?: { key: string; value: string; ttlMs?: number | 'keep' | undefined }[];
  remove?: string[];
  /** Sorted sets of strings of at most 1024 bytes. Adding a present member or removing an absent one does nothing. */
  addToIndex?: { index: string; member: string }[];
  removeFromIndex?: { index: string; member: string }[];
  removeLogs?: string[];
  /** A log keeps its newest `keep` entries and expires as a whole `ttlMs` after the newest one (`null`: never). */
  append?: { log: string; entry: string; keep: number; ttlMs: number | null }[];
  /**
   * Sent to the subscribers of the topic after the change was applied. Delivery is not guaranteed: a message is lost while the store is
   * unavailable, and the embedded store reaches only this process. Subscribers must also poll.
   */
  publish?: { topic: string; message: string };
}

export interface StoredValue {
  ref: Ref;
  value: string;
}

/** Values and indexes. Every method is atomic, also against other processes. */
export abstract class KeyValueStore {
  abstract get(ref: Ref): Promise<string | null>;
  /** Values in the order of `refs`. Refs of different partitions are not read atomically. */
  abstract getMany(refs: readonly Ref[]): Promise<(string | null)[]>;
  /** @returns false if an expectation was not met; nothing was changed then */
  abstract commitIfUnchanged(partition: string, change: Change): Promise<boolean>;
  /** Reads and removes in one step: of any number of concurrent callers exactly one gets the value. */
  abstract consume(ref: Ref): Promise<string | null>;
  /** Members of an index in descending byte order, those strictly below `before` if it is given. */
  abstract pageDescending(
    partition: string,
    index: string,
    options: { before?: string | undefined; limit: number },
  ): Promise<string[]>;
  /**
   * As `pageDescending`, but only the members that contain all of these texts. It reads all members from `before` on until it has `limit`
   * of them, in steps between which others are served. @param options.skip how many bytes at the beginning of a member are not searched
   */
  abstract matchingDescending(
    partition: string,
    index: string,
    options: { before?: string | undefined; limit: number; texts: readonly string[]; skip: number },
  ): Promise<string[]>;
  abstract countMembers(partition: string, index: string): Promise<number>;
  /**
   * All values, in batches and in no order: for maintenance, while others write. A value that is there all the time is in at least one
   * batch. The embedded store leaves out keys of more than 512 bytes, whose names it does not keep.
   */
  abstract scan(): AsyncGenerator<StoredValue[], void>;
}
