import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import type { Collection, RecordStore } from '@causeway/records';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { Metrics } from '../metrics/metrics.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { Tracing } from '../tracing/tracing.js';
import { RECORD_STORE } from '../store/record-store.module.js';
import { FeedHistory } from './feed-history.js';
import { LeaseLostError } from './run-writer.js';
import { SyncSeal, type SyncSettings, type SyncState } from './sync-records.js';
import { WatchedContainers } from './watched-containers.js';
import { SyncRunService } from './sync-run.service.js';

/** How long after the crash of a process its runs go on in another one. */
const LEASE_MS = 15_000;
/** How long one that this process cannot read is left to the others, and takes no turn of the rest. */
const UNREADABLE_MS = 60_000;
const POLL_MS = 1_000;
const FIRST_MAINTENANCE_MS = 60_000;
const MAINTENANCE_MS = 60 * 60_000;
const RETRY_MAINTENANCE_MS = 30_000;
/** Stated in the documentation of the feed. */
const KEEP_DELETES_MS = 30 * 24 * 60 * 60_000;
const PAGE = 500;
/** The clock of the machine was set, unless it is corrected so slowly that nothing here depends on it. */
const CLOCK_JUMP_MS = 30_000;
/** The time at which this process began, by the clock of the machine. */
const clockOrigin = () => Date.now() - performance.now();

/** Claims syncs that have to run, and runs as many at the same time as `SYNC_CONCURRENCY` says. */
@Injectable()
export class SyncRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('SyncRunner');
  private readonly running = new Map<Promise<void>, AbortController>();
  private readonly timers: NodeJS.Timeout[] = [];
  private claiming: Promise<void> | null = null;
  private maintaining = Promise.resolve();
  private retry: NodeJS.Timeout | undefined;
  private wanted = false;
  private isReported = false;
  private origin = clockOrigin();
  private readonly firstOrigin = this.origin;

  constructor(
    @Inject(RECORD_STORE) private readonly records: RecordStore | null,
    private readonly runs: SyncRunService,
    private readonly repository: ConnectionRepository,
    private readonly shutdown: Shutdown,
    private readonly tracing: Tracing,
    private readonly keyring: Keyring,
    private readonly metrics: Metrics,
    private readonly watched: WatchedContainers,
    private readonly history: FeedHistory,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  onApplicationBootstrap(): void {
    const { records } = this;
    if (records === null) return;
    this.repository.onRemoved((id) => this.removeOf(id));
    this.timers.push(
      setTimeout(() => this.maintain(records), FIRST_MAINTENANCE_MS).unref(),
      setInterval(() => this.maintain(records), MAINTENANCE_MS).unref(),
    );
    if (this.config.syncConcurrency === 0) return;
    this.timers.push(setInterval(() => this.poll(records), POLL_MS).unref());
    this.shutdown.ending.addEventListener('abort', () => this.stop(), { once: true });
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of [...this.timers, this.retry]) clearInterval(timer);
    this.stop();
    await Promise.all([this.claiming, ...this.running.keys()]);
    await this.records?.close();
  }

  /** Looks now for a sync that has to run, in this process. */
  wake(): void {
    if (this.records === null || this.config.syncConcurrency === 0) return;
    this.wanted = true;
    this.claiming ??= this.claimAll(this.records).finally(() => (this.claiming = null));
  }

  private poll(records: RecordStore): void {
    const origin = clockOrigin();
    if (Math.abs(origin - this.origin) > CLOCK_JUMP_MS) {
      this.logger.warn(`the clock was set by ${Math.round((origin - this.origin) / 1000)} s`);
      this.origin = origin;
      this.maintain(records);
    }
    this.wake();
  }

  private async claimAll(records: RecordStore): Promise<void> {
    while (this.wanted) {
      this.wanted = false;
      while (this.running.size < this.config.syncConcurrency && !this.shutdown.draining.aborted) {
        const owner = randomUUID();
        // While the store is unavailable, the next poll tries again.
        const collection = await records.claim(owner, LEASE_MS, Date.now()).catch(() => null);
        if (collection === null) break;
        if (new SyncSeal(this.keyring, collection.id).canOpen(collection)) this.start(records, collection, owner);
        else await this.setAside(records, collection, owner);
      }
    }
  }

  private async setAside(records: RecordStore, { id }: Collection, owner: string): Promise<void> {
    await records.extend(id, owner, UNREADABLE_MS).catch(() => false);
    if (!this.isReported)
      this.logger.error(
        `${id} cannot be read and does not run: does ENCRYPTION_KEYS have all keys of the other processes?`,
      );
    this.isReported = true;
  }

  private start(records: RecordStore, collection: Collection, owner: string): void {
    const controller = new AbortController();
    const { id } = collection;
    const extend = async () => {
      if (await records.extend(id, owner, LEASE_MS)) await this.history.remember(id);
      else controller.abort(new LeaseLostError());
    };
    const extending = setInterval(() => void extend().catch(() => undefined), LEASE_MS / 3);
    const work = async () => {
      await this.history.verify(collection);
      await this.runs.run(collection, owner, controller.signal);
      // What is missed, the next run remembers.
      await this.history.remember(id).catch(() => undefined);
    };
    const run = this.tracing
      .asJob('sync', work)
      .catch(async (error: unknown) => {
        if (!(error instanceof LeaseLostError) && !controller.signal.aborted)
          this.logger.warn(`${id}: the run goes on later: ${error instanceof Error ? error.message : 'unknown'}`);
        // In this process or another one; a store that is unavailable lets the lease expire.
        if (controller.signal.aborted) await records.release(id, owner).catch(() => undefined);
      })
      .finally(() => {
        clearInterval(extending);
        this.running.delete(run);
        this.metrics.syncRunsRunning.set(this.running.size);
        void this.watched.compare(collection);
        this.wake();
      });
    this.running.set(run, controller);
    this.metrics.syncRunsRunning.set(this.running.size);
  }

  private stop(): void {
    for (const controller of this.running.values()) controller.abort();
  }

  /** A sync lives no longer than its connection. What this misses, `maintain` removes. */
  private removeOf(connectionId: string): void {
    const { records } = this;
    if (records === null) return;
    const remove = async () => {
      for (const collection of await records.list({ connectionId }, PAGE, null)) {
        await records.remove(collection.id);
        await this.history.forget(collection);
        await this.watched.compare(collection);
      }
    };
    remove().catch(() => this.logger.warn(`the syncs of ${connectionId} are removed within an hour`));
  }

  private maintain(records: RecordStore): void {
    const work = async () => {
      let renewed = 0;
      // A clock that was set forward forgets nothing early.
      const now = Math.min(Date.now(), Math.floor(this.firstOrigin + performance.now()));
      await records.forgetDeletes(now - KEEP_DELETES_MS);
      let after: { createdAt: number; id: string } | null = null;
      for (;;) {
        const page: Collection[] = await records.list({}, PAGE, after);
        for (const collection of page) renewed += await this.maintainOne(records, collection);
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE) break;
        after = last;
      }
      if (renewed > 0) this.logger.log(`${renewed} values of syncs are sealed with the first key now`);
    };
    // One after the other: what one has asked for, the next one sees.
    this.maintaining = this.maintaining.then(work).catch((error: unknown) => {
      this.logger.warn(`not maintained: ${error instanceof Error ? error.message : 'unknown'}`);
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.maintain(records), RETRY_MAINTENANCE_MS).unref();
    });
  }

  /** @returns how many values were sealed anew */
  private async maintainOne(records: RecordStore, collection: Collection): Promise<number> {
    const { id, connectionId } = collection;
    // One that this process cannot read is there all the same, and others can read it.
    const record = await this.repository.read(connectionId).catch(() => undefined);
    if (record === undefined) return 0;
    if (record === null) {
      await records.remove(id);
      await this.history.forget(collection);
      return 0;
    }
    const seal = new SyncSeal(this.keyring, id);
    if (!seal.canOpen(collection)) return 0;
    const renewed = await records.renew(id, seal.renewed.bind(seal), seal.blocks);
    if (ranInFuture(seal.openSettings(collection), seal.openState(collection), collection))
      await records.request(id, 'full', { afterRunning: false });
    return renewed;
  }
}

/** The clock was ahead when it ran: it would not run for too long, and changes since then would be missed. */
function ranInFuture(
  { paused, everySeconds }: SyncSettings,
  { completeAt }: SyncState,
  { nextRunAt }: Collection,
): boolean {
  const now = Date.now() + CLOCK_JUMP_MS;
  return !paused && ((completeAt ?? 0) > now || (nextRunAt ?? 0) > now + everySeconds * 1000);
}
