import type { AppliedChanges, RecordChanges, RecordDelete, RecordStore, RecordUpsert } from '@causeway/records';
import type { IntegrationItem } from '../integrations/integration.js';
import {
  changeText,
  ItemText,
  recordKey,
  type Evidence,
  type ItemName,
  type Run,
  type RunProgress,
  type SyncSeal,
  type SyncState,
} from './sync-records.js';

/** Runs that are listed. */
const KEPT_RUNS = 100;

/** Items are written when there are so many of them, or so long after the write before: each write costs as much as many items. */
const BATCH_ITEMS = 2_000;
const BATCH_MS = 250;

/** The lease of a run belongs to another process now, or the sync was deleted: nothing may be written any more. */
export class LeaseLostError extends Error {}

export interface Gone {
  key: string;
  name: ItemName;
  evidence: Evidence;
}

/** Items that were read, and where the run goes on after them. */
interface Batch {
  upserts: RecordUpsert[];
  seen: boolean;
  next: Pick<RunProgress, 'cursor' | 'containers'>;
  measured: () => Run;
}

/** Writes what a run finds, each time with the state that the run goes on from. */
export class RunWriter {
  private batch: Batch | null = null;
  private writing: Promise<void> = Promise.resolve();
  private writtenAt = -Infinity;

  constructor(
    private readonly records: RecordStore,
    private readonly id: string,
    private readonly owner: string,
    private readonly seal: SyncSeal,
    private readonly salt: string,
    private state: SyncState,
    private progress: RunProgress,
  ) {}

  get run(): Run {
    return this.progress.run;
  }

  get current(): RunProgress {
    return this.progress;
  }

  /**
   * Items of a page are written with those of other pages, while the next ones are read. Reading waits for the write before.
   * @param measured the run with what was asked for so far
   * @throws as `write`, also for items that were added before
   */
  async add(items: readonly IntegrationItem[], seen: boolean, next: Batch['next'], measured: () => Run): Promise<void> {
    const { batch } = this;
    // Now, and not when they are written: the items themselves are garbage before they are old.
    const added = items.map((item) => itemRecord(this.salt, item));
    const upserts = batch === null ? added : batch.upserts.concat(added);
    this.batch = { upserts, seen, next, measured };
    if (upserts.length >= BATCH_ITEMS || performance.now() >= this.writtenAt + BATCH_MS) await this.writeBatch();
  }

  /** All that was added is written. @throws as `add` */
  async flush(): Promise<void> {
    await this.writeBatch();
    await this.writing;
  }

  private async writeBatch(): Promise<void> {
    // What failed is thrown here, and not written over.
    await this.writing;
    const { batch } = this;
    if (batch === null) return;
    const { upserts, seen, next, measured } = batch;
    this.batch = null;
    this.writtenAt = performance.now();
    this.writing = this.apply({ upserts, deletes: [], seen }, { ...next, run: measured() });
    this.writing.catch(() => undefined);
  }

  /** @throws LeaseLostError, Problem `store-unavailable` */
  write(
    found: { items?: readonly IntegrationItem[]; gone?: readonly Gone[]; seen?: boolean; forgetSeen?: boolean },
    next: Partial<RunProgress>,
  ): Promise<void> {
    const { items = [], gone = [], seen = false, forgetSeen = false } = found;
    const upserts = items.map((item) => itemRecord(this.salt, item));
    const deletes = gone.map(deletedRecord);
    return this.apply({ upserts, deletes, seen, forgetSeen }, next);
  }

  private async apply(
    found: Omit<RecordChanges, 'progress' | 'seal' | 'now'>,
    next: Partial<RunProgress>,
  ): Promise<void> {
    const { seal } = this;
    const progress = { ...this.progress, ...next };
    const changes: RecordChanges = {
      ...found,
      seal: seal.blocks,
      progress: {
        state: (applied) =>
          seal.state({ ...this.state, progress: { ...progress, run: counted(progress.run, applied) } }),
        run: { ...this.stored(progress.number), value: (applied) => seal.run(counted(progress.run, applied)) },
      },
      now: Date.now(),
    };
    const applied = await this.records.apply(this.id, this.owner, changes);
    if (applied === null) throw new LeaseLostError();
    this.progress = { ...progress, run: counted(progress.run, applied) };
  }

  /** The run has ended. @throws LeaseLostError, Problem `store-unavailable` */
  async end(
    run: Run,
    state: Omit<SyncState, 'progress' | 'lastRun'>,
    nextRunAt: number | null,
    number = this.progress.number,
  ): Promise<void> {
    const sealed = this.seal.state({ ...state, progress: null, lastRun: run });
    const end = { state: sealed, run: { ...this.stored(number), value: this.seal.run(run) }, nextRunAt };
    if (!(await this.records.end(this.id, this.owner, end))) throw new LeaseLostError();
  }

  private stored(number: number): { number: number; keep: number } {
    return { number, keep: KEPT_RUNS };
  }
}

export function itemRecord(salt: string, item: IntegrationItem): RecordUpsert {
  const { type, id, driveId, parentId } = item;
  const text = new ItemText(salt, item);
  const value = () => changeText({ type, id, driveId, parentId }, text.toString(), null);
  return { key: recordKey(salt, item), type, hash: text.hash, value };
}

export function deletedRecord({ key, name, evidence }: Gone): RecordDelete {
  return { key, value: () => changeText(name, null, evidence) };
}

function counted(run: Run, { added, updated, deleted, unchanged }: AppliedChanges): Run {
  return {
    ...run,
    added: run.added + added,
    updated: run.updated + updated,
    deleted: run.deleted + deleted,
    unchanged: run.unchanged + unchanged,
  };
}
