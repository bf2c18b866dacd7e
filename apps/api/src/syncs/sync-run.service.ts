import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { Problem, toProblem } from '@causeway/problem';
import type { Collection, RecordStore } from '@causeway/records';
import { SERVICE } from '../access/actor.js';
import { ActivityLog } from '../activity/activity-log.js';
import { ConnectionApi } from '../connections/connection-api.js';
import { needsReconnect } from '../connections/connection-credentials.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { failureOf } from '../connections/provider-calls.js';
import type { ItemType } from '../integrations/integration-definition.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { AccountItemTypes } from '../loads/account-item-types.js';
import { ItemLoad } from '../loads/item-load.js';
import type { AccountContext } from '../integrations/integration.js';
import { UNCOUNTED } from '../loads/load-memory.js';
import { LoadStatistics } from '../loads/load-statistics.js';
import { hashOf, shortHash } from '../loads/hashes.js';
import { Metrics } from '../metrics/metrics.js';
import { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { beginRun, newProgress, shapeOf } from './begin-run.js';
import { RECORD_STORE, required } from '../store/record-store.module.js';
import { LeaseLostError, RunWriter } from './run-writer.js';
import { findGone } from './find-gone.js';
import { MAX_CONTAINERS, SyncSeal, type Held, type Run, type SyncSettings, type SyncState } from './sync-records.js';

/** How long a run waits for the provider's limits; a longer wait ends it as incomplete. */
const MAX_WAIT_MS = 15 * 60_000;

/** How soon a sync whose connection needs to be reconnected is looked at again. */
const RECONNECT_CHECK_MS = 30_000;

/** After a run that is not complete, the next one comes sooner than its interval, at first after a minute. */
const FIRST_RETRY_MS = 60_000;

const OPTIONS = { concurrency: 8, ahead: 1, restarts: 3, keepsFailed: false, memory: UNCOUNTED };

/** Everything about the run that goes on. */
interface Work {
  collection: Collection;
  settings: SyncSettings;
  state: SyncState;
  record: ConnectionRecord;
  seal: SyncSeal;
  writer: RunWriter;
  signal: AbortSignal;
}

/** What the provider is asked for, and how. */
interface Reading {
  itemTypes: readonly ItemType[];
  shape: string;
  account: AccountContext;
  statistics: LoadStatistics;
  /** The run with what was asked for and waited so far. */
  measured: () => Run;
}

/** Runs a sync: a full pass over its types, or what has changed since the last run. */
@Injectable()
export class SyncRunService {
  private readonly logger = new Logger('Syncs');

  constructor(
    @Inject(RECORD_STORE) private readonly store: RecordStore | null,
    private readonly keyring: Keyring,
    private readonly repository: ConnectionRepository,
    private readonly registry: IntegrationRegistry,
    private readonly api: ConnectionApi,
    private readonly itemTypes: AccountItemTypes,
    private readonly activity: ActivityLog,
    private readonly metrics: Metrics,
    private readonly webhooks: WebhookOutbox,
  ) {}

  private get records(): RecordStore {
    return required(this.store);
  }

  /**
   * @param collection as it was claimed
   * @param signal aborts where the run has to go on elsewhere
   * @throws LeaseLostError, Problem `store-unavailable`; the run goes on from what was written then
   */
  async run(collection: Collection, owner: string, signal: AbortSignal): Promise<void> {
    const { id } = collection;
    const record = await this.repository.read(collection.connectionId);
    if (record === null) return void (await this.records.remove(id));
    const seal = new SyncSeal(this.keyring, id);
    const [settings, state] = [seal.openSettings(collection), seal.openState(collection)];
    const isAsked = collection.requested !== null || state.progress !== null;
    const progress = state.progress ?? newProgress(state.runs + 1);
    const writer = new RunWriter(this.records, id, owner, seal, settings.salt, state, progress);
    const work = { collection, settings, state, record, seal, writer, signal };
    const isKnownBroken = state.lastRun?.problem?.slug === 'needs-reconnect' && record.problem !== null;
    const isIdle = !isAsked && state.lastRun !== null && (settings.paused || isKnownBroken);
    if (isIdle) return this.postpone(work);
    if (record.problem !== null) return this.end(work, writer.run, needsReconnect(record), state.shape);
    await this.read(work);
  }

  private async read(work: Work): Promise<void> {
    const { settings, record, writer, signal } = work;
    const statistics = new LoadStatistics(settings.types);
    const before = writer.run;
    let requests = 0;
    const measured = (): Run => ({
      ...writer.run,
      requests: before.requests + requests + statistics.counts.retries,
      waitedMs: before.waitedMs + statistics.waitedMs,
    });
    const options = {
      actor: SERVICE,
      job: randomUUID(),
      isBackground: true,
      maxWaitMs: MAX_WAIT_MS,
      isOfLoad: true,
      bypassCache: true,
      signal,
      observeRequest: () => {
        requests += 1;
        return statistics.observeRequest();
      },
    };
    let failure: unknown;
    let shape = work.state.shape;
    try {
      const itemTypes = await this.itemTypes.of(record, settings.types, options);
      shape = shapeOf(itemTypes, settings);
      const account = this.api.ofConnection(record, options);
      failure = await this.readItems(work, { itemTypes, shape, account, statistics, measured });
    } catch (error) {
      if (signal.aborted || error instanceof LeaseLostError || isStoreUnavailable(error)) throw error;
      failure = error;
    }
    await this.repository.touch(record.id);
    this.recordActivity(work, statistics, failure);
    const run = measured();
    await this.end(work, run, failure, shape);
  }

  /** @returns why something is missing; `undefined`: nothing is */
  private async readItems(
    { collection, settings, state, record, seal, writer, signal }: Work,
    { itemTypes, shape, account, statistics, measured }: Reading,
  ): Promise<unknown> {
    const { integration, definition } = this.registry.configured(record.integration);
    if (state.progress === null) {
      const { name } = definition;
      const { kind, startedAt, cursor } = beginRun(collection, settings, state, { name, itemTypes, shape });
      await writer.write({ forgetSeen: kind === 'full' }, { cursor, run: { ...writer.run, kind, startedAt } });
    }
    const isFull = writer.run.kind === 'full';
    const { cursor } = writer.current;
    if (cursor !== null) {
      const load = new ItemLoad(integration, itemTypes, account, cursor, statistics, OPTIONS);
      let { containers } = writer.current;
      try {
        for (let items = await load.next(); items !== null; items = await load.next()) {
          signal.throwIfAborted();
          if (items.length === 0) continue;
          containers = withContainers(containers, items);
          await writer.add(items, isFull, { cursor: load.remaining(), containers }, measured);
        }
      } finally {
        await writer.flush();
      }
      signal.throwIfAborted();
      if (load.error !== undefined) return load.error;
      await writer.write({}, { cursor: null, run: measured() });
    }
    if (!isFull) return undefined;
    const { parent } = settings;
    const found = { records: this.records, id: collection.id, seal, writer };
    await findGone({
      ...found,
      integration,
      account,
      itemTypes,
      parent,
      heldBefore: state.suspicious,
      measured,
      signal,
    });
    return undefined;
  }

  private async end(
    { collection, record, state, writer }: Work,
    measured: Run,
    failure: unknown,
    shape: string | null,
  ): Promise<void> {
    const problem = failure === undefined ? null : toProblem(failure).toBody();
    const isComplete = problem === null;
    const hasRead = measured.added + measured.updated + measured.unchanged > 0;
    const outcome = isComplete ? 'complete' : hasRead ? 'incomplete' : 'failed';
    const run: Run = { ...measured, endedAt: Date.now(), outcome, problem };
    const isFull = isComplete && run.kind === 'full';
    const failures = isComplete ? 0 : state.failures + 1;
    const { held } = writer.current;
    const next: Omit<SyncState, 'progress' | 'lastRun'> = {
      runs: writer.current.number,
      completeAt: isComplete ? run.startedAt : state.completeAt,
      fullAt: isFull ? run.startedAt : state.fullAt,
      shape: isFull ? shape : state.shape,
      containers: isFull ? writer.current.containers : (state.containers ?? []),
      suspicious: isFull ? held.map(({ type }) => type) : state.suspicious,
      failures,
    };
    await this.publishOutcome(collection.id, record, run, isFull ? held : []);
    await writer.end(run, next, await this.nextRunAt(collection, problem?.slug === 'needs-reconnect', failures));
    const { kind, added, updated, deleted } = run;
    const { integration } = record;
    this.metrics.syncRuns.inc({ integration, kind, outcome });
    for (const [change, count] of Object.entries({ added, updated, deleted }))
      this.metrics.syncChanges.inc({ integration, change }, count);
    if (isFull && held.length > 0) {
      this.metrics.syncsSuspicious.inc({ integration });
      this.logger.warn(
        `${collection.id}: more than half of ${next.suspicious.join()} would be gone; kept until the next full pass`,
      );
    }
    this.logger.log(`${collection.id}: ${run.kind} ${run.id} ${outcome}${isComplete ? '' : ` (${problem.slug})`}`);
  }

  /** Before the run ends: a crash in between ends it once more, with the same id. */
  private async publishOutcome(
    syncId: string,
    record: ConnectionRecord,
    run: Run,
    held: readonly Held[],
  ): Promise<void> {
    const { id, problem, added, updated, deleted } = run;
    const [type, data] =
      problem === null
        ? (['sync.completed', { added, updated, deleted }] as const)
        : (['sync.failed', { problem }] as const);
    const of = { syncId, connectionId: record.id };
    for (const one of held) {
      const name = `msg_${syncId}_${id}_${shortHash(hashOf(one.type))}`;
      await this.webhooks.publish('sync.suspicious', record, { ...of, ...one }, name);
    }
    await this.webhooks.publish(type, record, { ...of, ...data }, `msg_${syncId}_${id}`);
  }

  /** The settings may have changed during the run. */
  private async nextRunAt({ id }: Collection, isBroken: boolean, failures: number): Promise<number | null> {
    const collection = await this.records.find(id);
    if (collection === null) return null;
    const { paused, everySeconds } = new SyncSeal(this.keyring, id).openSettings(collection);
    if (paused) return null;
    const everyMs = everySeconds * 1000;
    if (isBroken) return Date.now() + RECONNECT_CHECK_MS;
    if (failures === 0) return Date.now() + everyMs;
    return Date.now() + Math.min(everyMs, FIRST_RETRY_MS * 2 ** (failures - 1));
  }

  /** Nothing is to be done now, and no run is recorded. */
  private async postpone({ collection, settings, state, writer, record }: Work): Promise<void> {
    const { lastRun, progress: _progress, ...rest } = state;
    if (lastRun === null) return;
    const nextRunAt = await this.nextRunAt(collection, record.problem !== null, 0);
    await writer.end(lastRun, rest, settings.paused ? null : nextRunAt, state.runs);
  }

  private recordActivity(
    { record, settings }: Work,
    { waitedMs, durationMs, counts }: LoadStatistics,
    failure: unknown,
  ) {
    const problem = failure === undefined ? undefined : failureOf(failure).problem;
    const { pages, items, retries } = counts;
    const detail = settings.types.join();
    this.activity.record(record, SERVICE, {
      kind: 'load',
      durationMs,
      waitedMs,
      retries,
      pages,
      items,
      problem,
      detail,
    });
  }
}

function withContainers(known: readonly string[], items: readonly { driveId: string | null }[]): readonly string[] {
  const all = new Set(known);
  for (const { driveId } of items) if (driveId !== null && all.size < MAX_CONTAINERS) all.add(driveId);
  return all.size === known.length ? known : [...all];
}

/** A failure of the store is none of the run, which goes on from what was written. */
function isStoreUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.slug === 'store-unavailable';
}
