import type { AppliedChanges, RecordChanges, RecordDelete, RecordStore, RecordUpsert } from '@causeway/records';
import type { IntegrationItem } from '../integrations/integration.js';
import {
  contentHash,
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

/** The lease of a run belongs to another process now, or the sync was deleted: nothing may be written any more. */
export class LeaseLostError extends Error {}

export interface Gone {
  key: string;
  name: ItemName;
  evidence: Evidence;
}

/** Writes what a run finds, each time with the state that the run goes on from. */
export class RunWriter {
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

  /** @throws LeaseLostError, Problem `store-unavailable` */
  async write(
    found: { items?: readonly IntegrationItem[]; gone?: readonly Gone[]; seen?: boolean; forgetSeen?: boolean },
    next: Partial<RunProgress>,
  ): Promise<void> {
    const { items = [], gone = [], seen = false, forgetSeen = false } = found;
    const { salt, seal } = this;
    const progress = { ...this.progress, ...next };
    const changes: RecordChanges = {
      upserts: items.map((item) => itemRecord(salt, seal, item)),
      deletes: gone.map((one) => deletedRecord(seal, one)),
      seen,
      forgetSeen,
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

export function itemRecord(salt: string, seal: SyncSeal, item: IntegrationItem): RecordUpsert {
  const key = recordKey(salt, item);
  return { key, type: item.type, hash: contentHash(salt, item), value: () => seal.item(key, { item }) };
}

export function deletedRecord(seal: SyncSeal, { key, name, evidence }: Gone): RecordDelete {
  const { type, id, driveId, parentId } = name;
  return { key, value: () => seal.item(key, { deleted: { type, id, driveId, parentId }, evidence }) };
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
