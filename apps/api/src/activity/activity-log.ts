import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { describeErrorBriefly } from '@causeway/problem';
import { Store } from '@causeway/store';
import type { Actor } from '../access/actor.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { Metrics } from '../metrics/metrics.js';
import {
  encodeEntry,
  encodeRecord,
  headOfRecord,
  type ActivityResult,
  type ActivitySubject,
  type EncodedEntry,
} from './activity-entry.js';
import { logOfOrganization, OF_ALL, SHARE_OF_ALL, type ActivityLogName } from './activity-logs.js';

/** What waits this long is written together; a reader of this process has it written at once. */
const DELAY_MS = 1_000;
const RETRY_MS = 5_000;
/** So many are written without waiting for more. */
const MANY = 500;
/** Of what comes while the store is unavailable or slow, so much is kept. */
const MAX_WAITING = 5_000;
/** A record of the store costs as much as ten entries. */
const ENTRIES_OF_A_RECORD = 100;
const CONCURRENCY = 8;
const PAGE = 100;
const DAY_MS = 86_400_000;
const EXPIRY_INTERVAL_MS = 60 * 60_000;

/**
 * What was asked of the providers for each organization: a bounded log, written behind, that outlives the connections. Nothing waits for
 * it: what cannot be written in time is dropped, and counted in a metric.
 */
@Injectable()
export class ActivityLog {
  private readonly logger = new Logger('ActivityLog');
  private readonly entries: number;
  private readonly days: number;
  private waiting: EncodedEntry[] = [];
  private lost = 0;
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private readonly process = randomBytes(6).toString('base64url');
  private recorded = 0;
  /** How many entries this process has added to a log since it looked what is kept of it. */
  private readonly appended = new LRUCache<string, number>({
    max: 10_000,
    ttl: EXPIRY_INTERVAL_MS,
    noUpdateTTL: true,
  });

  constructor(
    private readonly store: Store,
    private readonly metrics: Metrics,
    @Inject(CONFIGURATION) { activity }: Pick<Configuration, 'activity'>,
  ) {
    this.entries = activity.entries;
    this.days = activity.days;
  }

  record(connection: ActivitySubject, actor: Actor, result: ActivityResult): void {
    if (this.entries === 0) return;
    if (this.waiting.length >= MAX_WAITING) {
      this.lose(1);
      return;
    }
    this.recorded += 1;
    const id = `act_${this.process}${this.recorded.toString(36)}`;
    this.waiting.push(encodeEntry(id, Date.now(), connection, actor, result));
    if (this.waiting.length === MANY) void this.write();
    else this.writeIn(DELAY_MS);
  }

  /** Writes what was recorded before the call, unless the store is unavailable. */
  async write(): Promise<void> {
    // What is being written may be only a part of that.
    await this.writing;
    this.writing ??= this.writeWaiting().finally(() => {
      this.writing = null;
    });
    await this.writing;
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
    const byOrganization = new Map<string, EncodedEntry[]>();
    for (const entry of waiting) {
      const own = byOrganization.get(entry.orgId);
      if (own === undefined) byOrganization.set(entry.orgId, [entry]);
      else own.push(entry);
    }
    try {
      await this.append(OF_ALL, waiting, this.entries * SHARE_OF_ALL);
      const organizations = byOrganization.entries();
      const writeSome = async () => {
        for (const [orgId, own] of organizations) await this.append(logOfOrganization(orgId), own, this.entries);
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, writeSome));
      if (this.lost > 0) this.logger.warn(`${this.lost} entries are lost: the store was unavailable or too slow`);
      this.lost = 0;
    } catch (error) {
      // Some may be written already: one twice is better than one that is missing.
      this.logger.debug(`not written: ${describeErrorBriefly(error)}`);
      const room = Math.max(0, MAX_WAITING - this.waiting.length);
      this.lose(Math.max(0, waiting.length - room));
      this.waiting = [...waiting.slice(0, room), ...this.waiting];
      clearTimeout(this.timer);
      this.timer = undefined;
      this.writeIn(RETRY_MS);
    }
  }

  private lose(count: number): void {
    this.lost += count;
    this.metrics.activityLost.inc(count);
  }

  /**
   * @param limit how many entries are kept, at least, and up to twice as many
   * @throws Problem `store-unavailable`
   */
  private async append(name: ActivityLogName, entries: readonly EncodedEntry[], limit: number): Promise<void> {
    const { partition, log } = name;
    const kept = await this.recordsToKeep(name, limit);
    const records = inParts(entries, ENTRIES_OF_A_RECORD).map(encodeRecord);
    const keep = Math.min(limit, kept + records.length);
    const ttlMs = this.days * DAY_MS;
    await this.store.commitIfUnchanged(partition, {
      append: records.map((entry) => ({ log, entry, keep, ttlMs })),
    });
    const key = `${partition} ${log}`;
    this.appended.set(key, (this.appended.get(key) ?? 0) + entries.length);
  }

  /** How many of the newest records hold what is kept: looked at after so many entries, and once an hour for what is too old. */
  private async recordsToKeep({ partition, log }: ActivityLogName, limit: number): Promise<number> {
    const key = `${partition} ${log}`;
    const expired = Date.now() - this.days * DAY_MS;
    const appended = this.appended.get(key);
    if (appended === undefined) {
      const [oldest] = await this.store.logFrom(partition, log, 0, 1);
      this.appended.set(key, 0);
      if (oldest === undefined || headOfRecord(oldest.entry).at >= expired) return limit;
    } else if (appended < limit) return limit;
    this.appended.set(key, 0);
    let records = 0;
    let entries = 0;
    for (let before: number | undefined; ;) {
      const page = await this.store.logBackwards(partition, log, PAGE, before);
      for (const record of page) {
        const { count, at } = headOfRecord(record.entry);
        if (entries >= limit || at < expired) return records;
        entries += count;
        records += 1;
      }
      if (page.length < PAGE) return records;
      before = page.at(-1)?.number;
    }
  }
}

function inParts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size));
}
