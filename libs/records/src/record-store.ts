/** What a collection is found by. All of it is stored in clear. */
export interface CollectionOwner {
  orgId: string;
  userId: string;
  connectionId: string;
}

export interface NewCollection extends CollectionOwner {
  id: string;
  /** No two collections have the same name. */
  name: string;
  /** Opaque, changed by `update` only. */
  settings: string;
  /** Milliseconds since the epoch, as all times here. */
  createdAt: number;
  nextRunAt: number | null;
}

/** What the caller has sealed itself. */
export type ValueKind = 'settings' | 'state' | 'run';

/** Gives what has to be in the place of a value, `null`: it stays as it is. */
export type RenewValue = (kind: ValueKind, value: string) => string | null;

/** Seals the values of one collection, many at once. */
export interface BlockSeal {
  /** @param name what was sealed for another one does not open */
  seal(values: string, name: string): Uint8Array;
  /** @throws Problem `store-unavailable` */
  open(sealed: Uint8Array, name: string): string;
  tryOpen(sealed: Uint8Array, name: string): string | null;
  /** With the key that `seal` uses; `null`: it is, or cannot be opened. */
  renewed(sealed: Uint8Array, name: string): Uint8Array | null;
}

export type RunKind = 'full' | 'changes';

/** The records of one sync, and when it runs. */
export interface Collection extends NewCollection {
  /** Grows by one with each `update`. */
  version: number;
  /** Of the runs: opaque, changed under the lease only. `null`: none has begun. */
  state: string | null;
  /** A run that was asked for and has not begun. */
  requested: RunKind | null;
  /** A run has begun and not ended, in this process, in another or in one that has crashed. */
  running: boolean;
  /** Records that are not deleted. */
  size: number;
  /** The sequence number of the newest change; 0: there was none. */
  sequence: number;
  /** Deletes up to this sequence number may be gone from the feed. */
  deletesFrom: number;
  /** Sequence numbers of one generation are those of one history. Random; empty where an earlier version made the collection. */
  generation: string;
}

export interface CollectionFilter {
  orgIds?: readonly string[] | undefined;
  userId?: string | undefined;
  connectionId?: string | undefined;
}

/** A record as it is to be. Keys and hashes are at most 64 bytes of text; what a value is only the caller knows. */
export interface RecordUpsert {
  key: string;
  type: string;
  /** Of the content: the same hash leaves a record that is not deleted as it is. */
  hash: string;
  /** A line of text. Only called for what is new or has changed. */
  value: () => string;
}

export interface RecordDelete {
  key: string;
  value: () => string;
}

export interface StoredRecord {
  key: string;
  type: string;
  value: string;
  isDeleted: boolean;
  sequence: number;
  changedAt: number;
}

/** Put in the place of the run with this number, or added. Only the newest `keep` are kept. */
export interface StoredRun<V> {
  number: number;
  value: V;
  keep: number;
}

/** Applied as a whole or not at all. */
export interface RecordChanges {
  upserts: readonly RecordUpsert[];
  /** Of records that are not there or deleted: nothing. */
  deletes: readonly RecordDelete[];
  seal: BlockSeal;
  /**
   * The upserts are noted as seen, which `unseen` leaves out. Nothing is written for a record that has not changed but its sequence
   * number, with those of its page.
   */
  seen: boolean;
  /** Forgets first what was seen. */
  forgetSeen?: boolean;
  /** Of the run that finds the changes; not given: they are told beside the runs. */
  progress?: RunProgressChange;
  now: number;
}

/** Both say what became of the changes. */
export interface RunProgressChange {
  state: (applied: AppliedChanges) => string;
  run: StoredRun<(applied: AppliedChanges) => string>;
}

export interface AppliedChanges {
  added: number;
  updated: number;
  unchanged: number;
  deleted: number;
}

/** What a run ends with. Takes the lease back. */
export interface RunEnd {
  state: string;
  run: StoredRun<string>;
  /** When none was asked for meanwhile. `null`: not by itself. */
  nextRunAt: number | null;
}

/**
 * Records of collections, ordered by their newest change, and the runs that write them. Each change of a run is one transaction with the
 * state that the run goes on from, and is refused to who lost the lease.
 * Each failure of the store itself is a `Problem` `store-unavailable`, and comes within seconds.
 */
export abstract class RecordStore {
  abstract readonly kind: 'embedded' | 'postgres';

  /**
   * @param limit of the collections of its organization
   * @returns the collection that has the name already, unchanged, or `null`: it was made
   */
  abstract create(collection: NewCollection, limit?: number): Promise<Collection | 'too-many' | null>;
  abstract find(id: string): Promise<Collection | null>;
  /** Newest first; those made before `after` (and of the same time with a smaller id). */
  abstract list(
    filter: CollectionFilter,
    limit: number,
    after: { createdAt: number; id: string } | null,
  ): Promise<Collection[]>;
  /** @returns false if the version is another one, or the collection gone */
  abstract update(
    id: string,
    version: number,
    change: { settings: string; nextRunAt: number | null },
  ): Promise<boolean>;
  /** What was read of the feed so far says nothing of it any more: another history may have had the same sequence numbers. */
  abstract renewGeneration(id: string): Promise<void>;
  /** With all of it: records, runs, a lease. Whoever holds that learns it with its next change. @returns false if there was none */
  abstract remove(id: string): Promise<boolean>;

  /**
   * Asks for a run. One that waits becomes `full` if either is. Where one goes on, `full` is kept for after it if `afterRunning`; anything
   * else is nothing.
   * @returns false if there is no such collection
   */
  abstract request(id: string, kind: RunKind, options: { afterRunning: boolean }): Promise<boolean>;
  /**
   * Takes the lease of a collection that has to run: asked for, due, or running under a lease that has expired. Organizations with the
   * fewest leases come first, of those the one that this process served longest ago, and of its collections what waits longest. `running` is true from then on, and `requested` as it was; it is cleared in the store.
   * @returns `null`: nothing has to run
   */
  abstract claim(owner: string, leaseMs: number, now: number): Promise<Collection | null>;
  /**
   * Takes the lease of a collection to change records beside its runs.
   * @returns `null`: a run goes on, the lease is another's, or there is no such collection
   */
  abstract acquire(id: string, owner: string, leaseMs: number): Promise<Collection | null>;
  /** @returns false if the lease is another's, or the collection gone */
  abstract extend(id: string, owner: string, leaseMs: number): Promise<boolean>;
  /** The run goes on, at once, in whichever process claims it. */
  abstract release(id: string, owner: string): Promise<void>;
  /** @returns `null` if the lease is another's, or the collection gone: nothing was changed */
  abstract apply(id: string, owner: string, changes: RecordChanges): Promise<AppliedChanges | null>;
  /** @returns false as `extend` */
  abstract end(id: string, owner: string, end: RunEnd): Promise<boolean>;
  /** Newest first, those with a number below `before`. */
  abstract runs(id: string, limit: number, before: number | null): Promise<{ number: number; value: string }[]>;

  /** Changes after a sequence number, each record once. */
  abstract changes(id: string, after: number, limit: number, seal: BlockSeal): Promise<StoredRecord[]>;
  /** Those of these keys, deleted ones too, in any order. */
  abstract recordsOf(id: string, keys: readonly string[], seal: BlockSeal): Promise<StoredRecord[]>;
  /** Records that are not deleted, by sequence: one that changes meanwhile comes again. */
  abstract records(
    id: string,
    type: string | null,
    after: number,
    limit: number,
    seal: BlockSeal,
  ): Promise<StoredRecord[]>;
  /** Records that are not deleted and were not seen, by sequence. */
  abstract unseen(id: string, after: number, limit: number, seal: BlockSeal): Promise<StoredRecord[]>;
  /** By type, of records that are not deleted. */
  abstract counts(id: string): Promise<{ known: Record<string, number>; unseen: Record<string, number> }>;
  /**
   * Puts another value in the place of each for which `renewed` and `seal` give one: no version, sequence or time changes.
   * @returns how many, a block of records counted as one
   */
  abstract renew(id: string, renewed: RenewValue, seal: BlockSeal): Promise<number>;
  /** Removes deletes that are older, of all collections, and sets `deletesFrom`. */
  abstract forgetDeletes(before: number): Promise<void>;

  /** @throws Problem `store-unavailable` */
  abstract ping(): Promise<void>;
  abstract close(): Promise<void>;
}

export interface RecordStoreObserver {
  /** Why a request failed, for the log: once for each cause until one succeeds. Never a password. */
  report: (message: string) => void;
}

export type RecordStoreOptions =
  | { kind: 'postgres'; url: string; poolSize?: number }
  /** A directory of this machine. The store is for one process. */
  | { kind: 'embedded'; directory: string };
