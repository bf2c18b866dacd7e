import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LeaseStore, RateLimitStore, holdLease } from '@causeway/store';
import { SERVICE } from '../access/actor.js';
import { Metrics } from '../metrics/metrics.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { ConnectionCredentials } from './connection-credentials.js';
import { timeOf, type ConnectionRecord } from './connection-record.js';
import { ConnectionRepository } from './connection.repository.js';
import { partitionOf } from '../store/partition.js';
import { IdleRefreshSchedule, refreshTime } from './idle-refresh-schedule.js';

const LEASE = { partition: 'directory', key: 'lease:idle-refreshes' };
const LEASE_MS = 30_000;
const INTERVAL_MS = 2_000;
const BATCH = 100;
const CONCURRENCY = 4;
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Stated in the documentation of `connection.expiring`. */
const NOTICES = [7, 1];
const LONGEST_RETRY_MS = HOUR_MS;
const SHORTEST_RETRY_MS = 30_000;
/** How often one grant is refreshed, however short a life its provider gives it: on average hourly. */
const MOST_OFTEN = { limit: 12, periodMs: 12 * HOUR_MS };

/** Refreshes grants that nobody uses before they end, and tells of those that cannot be kept. One process at a time does it. */
@Injectable()
export class IdleRefreshes implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('IdleRefreshes');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private isShutDown = false;

  constructor(
    private readonly schedule: IdleRefreshSchedule,
    private readonly repository: ConnectionRepository,
    private readonly credentials: ConnectionCredentials,
    private readonly leases: LeaseStore,
    private readonly rateLimits: RateLimitStore,
    private readonly shutdown: Shutdown,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    const next = () => {
      // While the store is unavailable, a later time does it.
      this.running = this.refreshDue().catch(() => undefined);
      void this.running.finally(() => {
        if (!this.isShutDown) this.timer = setTimeout(next, INTERVAL_MS).unref();
      });
    };
    this.timer = setTimeout(next, INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isShutDown = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async refreshDue(): Promise<void> {
    if ((await this.schedule.due(Date.now(), 1)).length === 0) return;
    await holdLease(this.leases, LEASE, LEASE_MS, async () => {
      while (!this.shutdown.draining.aborted) {
        const due = await this.schedule.due(Date.now(), BATCH);
        if (due.length === 0) return;
        const remaining = [...due];
        const work = async () => {
          for (let one = remaining.shift(); one !== undefined; one = remaining.shift()) {
            // One that cannot be read keeps none of the others waiting.
            const next = await this.lookAt(one.id).catch(() => Date.now() + LONGEST_RETRY_MS);
            await this.schedule.move(one.member, one.id, next);
          }
        };
        await Promise.all(Array.from({ length: CONCURRENCY }, work));
      }
    });
  }

  /** @returns when to look again; `null`: there is nothing to look at */
  private async lookAt(id: string): Promise<number | null> {
    const record = await this.repository.read(id);
    if (record === null || record.problem !== null) return null;
    const now = Date.now();
    const refreshAt = refreshTime(record);
    if (refreshAt === null) return null;
    if (refreshAt > now) return refreshAt;
    const { refreshToken } = this.credentials.open(record);
    if (refreshToken !== null) {
      const refreshed = await this.refresh(record);
      // Refused for good, or refreshed: then its end is another one.
      if (refreshed === null || refreshed.problem !== null) return null;
      const next = refreshTime(refreshed);
      if (next === null) return null;
      if (next > now) return (await this.isTooOften(refreshed)) ? Math.max(next, now + HOUR_MS) : next;
    }
    return this.notify(record, now, refreshToken !== null);
  }

  private async isTooOften({ id, orgId }: ConnectionRecord): Promise<boolean> {
    const ref = { partition: partitionOf(orgId), key: `idle-refreshes:${id}` };
    if ((await this.rateLimits.reserveSlot(ref, MOST_OFTEN, 0)) !== null) return false;
    this.logger.warn(`${id} is refreshed hourly at most, and ends before: its provider gives it too short a life`);
    return true;
  }

  /** @returns the connection as it is afterwards; `null`: it is gone */
  private async refresh(record: ConnectionRecord): Promise<ConnectionRecord | null> {
    const { id, integration, generation } = record;
    const outcome = await this.credentials.ensureFresh(record, SERVICE, { rejectedGeneration: generation }).then(
      () => 'refreshed',
      (error: unknown) => {
        this.logger.warn(`${id} was not refreshed: ${error instanceof Error ? error.message : 'unknown'}`);
        return 'failed';
      },
    );
    this.metrics.idleRefreshes.inc({ integration, outcome });
    return this.repository.read(id);
  }

  /** Tells of the end, and when to look again. */
  private async notify(record: ConnectionRecord, now: number, canRefresh: boolean): Promise<number | null> {
    const { id, healthyUntil: until = null } = record;
    if (until === null) return null;
    const times = NOTICES.map((daysBefore) => ({ daysBefore, at: until - daysBefore * DAY_MS })).filter(
      ({ at }) => at > timeOf(record),
    );
    const [reached] = times.filter(({ at }) => at <= now).reverse();
    if (reached !== undefined && until > now) await this.publishExpiring(id, until, reached.daysBefore);
    const nextNotice = times.find(({ at }) => at > now)?.at;
    if (until <= now && !canRefresh) return null;
    // The more often, the nearer the end is; after it, less and less.
    const retry = now + Math.min(LONGEST_RETRY_MS, Math.max(SHORTEST_RETRY_MS, Math.abs(until - now) / 20));
    return canRefresh ? Math.min(retry, nextNotice ?? retry) : (nextNotice ?? null);
  }

  private async publishExpiring(id: string, until: number, daysBefore: number): Promise<void> {
    await this.repository.update(
      id,
      (record) => {
        const { noticed } = record;
        const isTold = noticed?.until === until && noticed.daysBefore <= daysBefore;
        return isTold || record.healthyUntil !== until ? null : { ...record, noticed: { until, daysBefore } };
      },
      {
        auditEntry: { type: 'expiring', detail: `ends within ${daysBefore} days`, actor: SERVICE },
        event: 'connection.expiring',
      },
    );
  }
}
