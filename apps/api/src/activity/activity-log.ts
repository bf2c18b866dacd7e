import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { describeErrorBriefly } from '@causeway/problem';
import { Store } from '@causeway/store';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { Metrics } from '../metrics/metrics.js';
import {
  encodeEntry,
  type ActivityActor,
  type ActivityResult,
  type ActivitySubject,
  type EncodedEntry,
} from './activity-entry.js';
import { logOfOrganization, OF_ALL, SHARE_OF_ALL, type ActivityLogName } from './activity-logs.js';
import { BoundedLogs } from './bounded-logs.js';

/** What waits this long is written together; a reader of this process has it written at once. */
const DELAY_MS = 1_000;
const RETRY_MS = 5_000;
/** So many are written without waiting for more. */
const MANY = 500;
/** Of what comes while the store is unavailable or slow, so much is kept. */
const MAX_WAITING = 5_000;
const CONCURRENCY = 8;
/** After so many logs that could not be written, the others wait too. */
const MAX_FAILURES = 2 * CONCURRENCY;

interface WaitingEntry extends EncodedEntry {
  isInAll: boolean;
  isInOwn: boolean;
}

interface Batch {
  name: ActivityLogName;
  limit: number;
  entries: WaitingEntry[];
  written: 'isInAll' | 'isInOwn';
}

/**
 * What was asked of the providers for each organization: a bounded log, written behind, that outlives the connections. Nothing waits for
 * it: what cannot be written in time is dropped, and counted in a metric.
 */
@Injectable()
export class ActivityLog {
  private readonly logger = new Logger('ActivityLog');
  private readonly limit: number;
  private readonly logs: BoundedLogs;
  private waiting: WaitingEntry[] = [];
  private lost = 0;
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  /** Until then, nothing is written: the store was unavailable. */
  private retryAt = 0;
  private readonly process = randomBytes(6).toString('base64url');
  private recorded = 0;

  constructor(
    store: Store,
    private readonly metrics: Metrics,
    @Inject(CONFIGURATION) { activity }: Pick<Configuration, 'activity'>,
  ) {
    this.limit = activity.entries;
    this.logs = new BoundedLogs(store, activity.days);
  }

  record(connection: ActivitySubject, actor: ActivityActor, result: ActivityResult): void {
    if (this.limit === 0) return;
    if (this.waiting.length >= MAX_WAITING) {
      this.lose(1);
      return;
    }
    this.recorded += 1;
    const id = `act_${this.process}${this.recorded.toString(36)}`;
    const entry = encodeEntry(id, Date.now(), connection, actor, result);
    this.waiting.push({ ...entry, isInAll: false, isInOwn: false });
    if (this.waiting.length === MANY) void this.write();
    else this.writeIn(DELAY_MS);
  }

  /** Writes what was recorded before the call, unless the store is unavailable. */
  async write(): Promise<void> {
    // What is being written may be only a part of that.
    await this.writing;
    if (performance.now() < this.retryAt) return;
    this.writing ??= this.writeWaiting().finally(() => {
      this.writing = null;
    });
    await this.writing;
  }

  /** Writes what waits, even if the store was unavailable just now; what cannot be written is lost. */
  async close(): Promise<void> {
    await this.writing;
    this.retryAt = 0;
    await this.write();
    clearTimeout(this.timer);
    this.lose(this.waiting.length);
    this.waiting = [];
    this.warnOfLost();
  }

  private writeIn(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.write();
    }, ms).unref();
  }

  private async writeWaiting(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    await this.writeBatches(this.batchesOf(waiting));
    const left = waiting.filter(({ isInAll, isInOwn }) => !isInAll || !isInOwn);
    if (left.length === 0) {
      this.warnOfLost();
      return;
    }
    const room = Math.max(0, MAX_WAITING - this.waiting.length);
    this.lose(Math.max(0, left.length - room));
    this.waiting = [...left.slice(0, room), ...this.waiting];
    clearTimeout(this.timer);
    this.timer = undefined;
    this.retryAt = performance.now() + RETRY_MS;
    this.writeIn(RETRY_MS);
  }

  /** For each log, what is not in it yet. */
  private batchesOf(waiting: readonly WaitingEntry[]): Batch[] {
    const all: Batch = { name: OF_ALL, limit: this.limit * SHARE_OF_ALL, entries: [], written: 'isInAll' };
    const byOrganization = new Map<string, Batch>();
    for (const entry of waiting) {
      const { orgId, isInAll, isInOwn } = entry;
      if (!isInAll) all.entries.push(entry);
      if (isInOwn) continue;
      const own = byOrganization.get(orgId);
      if (own !== undefined) own.entries.push(entry);
      else
        byOrganization.set(orgId, {
          name: logOfOrganization(orgId),
          limit: this.limit,
          entries: [entry],
          written: 'isInOwn',
        });
    }
    return [all, ...byOrganization.values()].filter(({ entries }) => entries.length > 0);
  }

  /** Marks what is written. */
  private async writeBatches(batches: readonly Batch[]): Promise<void> {
    const remaining = batches.values();
    let failures = 0;
    const writeSome = async () => {
      for (const { name, limit, entries, written } of remaining) {
        try {
          await this.logs.append(name, entries, limit);
          for (const entry of entries) entry[written] = true;
        } catch (error) {
          failures += 1;
          this.logger.debug(`not written: ${describeErrorBriefly(error)}`);
        }
        if (failures >= MAX_FAILURES) return;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, writeSome));
  }

  private lose(count: number): void {
    this.lost += count;
    this.metrics.activityLost.inc(count);
  }

  private warnOfLost(): void {
    if (this.lost > 0) this.logger.warn(`${this.lost} entries are lost: the store was unavailable or too slow`);
    this.lost = 0;
  }
}
