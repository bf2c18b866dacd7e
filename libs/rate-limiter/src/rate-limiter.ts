import { hash, randomUUID } from 'node:crypto';
import { BACKGROUND_JOB, type FreeSlotsRequest, type Rate, type RateLimitStore } from '@causeway/store';
import { LimiterQueue, type AcquireOptions } from './limiter-queue.js';
import type { RateLimit, Requester } from './rate-limit.js';
import { SlotReserve, type FreeSlot } from './slot-reserve.js';

/** Permission to send one request now. */
export interface Permit {
  /** Call when the request is written to a connection: a late departure moves the slots of the next period. */
  sent(connection: 'reused' | 'new'): void;
  /** Call when the response headers arrive. @param beyondUsualMs how much longer the response took than this provider usually takes */
  responded(beyondUsualMs: number): void;
  /** The provider said how many requests are left. Fewer than we count: others use the same limit. */
  reportRemaining(remaining: number): Promise<void>;
}

/**
 * Added to each period. Requests leave on time, but their travel time varies: without a margin, the first request of one period and the
 * last of the next would now and then fall into one period of the provider's clock. Requests that are known to be late are reported to
 * the store, so the margin covers only what cannot be observed here. The variance hardly depends on the period, but a short period cannot
 * afford all of it.
 *
 * On a busy machine, 90 to 440 requests (rate-limits.chaos-spec.ts of the API) met no 429 and used 95 to 100 % of the limit. Without the
 * reports they met 3 to 8 and used 34 to 53 %; with reports of late departures only, 9 to 11 and 29 to 73 %.
 */
const MARGIN = { ms: 25, share: 0.01, maxShare: 0.035, maxMs: 150 };

/** A store that is always slow must not keep a request waiting for ever. */
const MAX_TRIES = 4;

/** Of how many rate limits the spare slots are remembered. */
const MAX_RESERVES = 10_000;

/** Rate limits that all processes on one store share: requests wait for a slot instead of meeting a 429. */
export class RateLimiter {
  private readonly queues = new Map<string, LimiterQueue>();
  private readonly reserves = new Map<string, SlotReserve>();
  private readonly id = randomUUID().slice(0, 13);
  private queueCount = 0;

  constructor(
    private readonly store: RateLimitStore,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /**
   * Resolves when the request may be sent.
   * @throws RateLimitExceeded, the reason of an aborted signal, or the Problem of a store that fails
   */
  async acquire(limit: RateLimit, requester: Requester, options: AcquireOptions): Promise<Permit> {
    const { signals } = options;
    for (const signal of signals) signal.throwIfAborted();
    const name = nameOf(limit);
    let granted = await this.acquireSlot(name, limit, requester, options);
    for (let tries = 1; tries < MAX_TRIES && this.clock() - granted.dueAt > usableMs(limit); tries += 1)
      granted = await this.acquireSlot(name, limit, requester, options);
    // A third of the margin covers late departures, the rest the travel time.
    const toleratedMs = marginOf(limit) / 3;
    let movedMs = 0;
    const reportLate = (lateMs: number) => {
      const byMs = Math.ceil(lateMs - toleratedMs - movedMs);
      if (byMs <= 0) return;
      this.queueOf(name, limit).reportLate(granted.at + movedMs, byMs);
      movedMs += byMs;
    };
    let sentLateMs = 0;
    let connectMs = 0;
    return {
      sent: (connection) => {
        sentLateMs = this.clock() - granted.dueAt;
        // The first request on a connection travels longer than the next ones, by an unknown time.
        connectMs = connection === 'new' ? marginOf(limit) : 0;
        reportLate(sentLateMs);
      },
      responded: (beyondUsualMs) => {
        const tookMs = this.clock() - granted.dueAt - sentLateMs;
        reportLate(sentLateMs + Math.max(beyondUsualMs, Math.min(connectMs, tookMs)));
      },
      reportRemaining: async (remaining) => {
        if (remaining >= granted.remaining) return;
        // The report is a hint: a store that is unavailable must not spoil the response that carried it.
        const early = this.reserves.get(name)?.early ?? 0;
        await this.store.limitRemaining(limit.ref, pacedRate(limit), remaining + early).catch(() => {});
      },
    };
  }

  private async acquireSlot(
    name: string,
    limit: RateLimit,
    { tenant, job, isBackground }: Requester,
    options: AcquireOptions,
  ): Promise<FreeSlot> {
    const free = this.queues.has(name) ? null : await this.reserveOf(name, limit).take();
    for (const signal of options.signals) signal.throwIfAborted();
    if (free !== null) return free;
    // The store must not hold names of organizations.
    return this.queueOf(name, limit).acquire(
      { tenant: shortHash(tenant), job: isBackground ? BACKGROUND_JOB : shortHash(job) },
      options,
    );
  }

  /** No request under this limit is sent for `forMs`, by any process: the provider said so. */
  async pause(limit: RateLimit, forMs: number): Promise<void> {
    this.reserves.get(nameOf(limit))?.drop();
    await this.store.pauseRate(limit.ref, forMs);
  }

  private reserveOf(name: string, limit: RateLimit): SlotReserve {
    const known = this.reserves.get(name);
    if (known !== undefined) return known;
    const rate = pacedRate(limit);
    const take = (request: FreeSlotsRequest) => this.store.takeFreeSlots(limit.ref, rate, request);
    const reserve = new SlotReserve(take, rate, this.clock);
    const [oldest] = this.reserves.keys();
    if (oldest !== undefined && this.reserves.size >= MAX_RESERVES) this.reserves.delete(oldest);
    this.reserves.set(name, reserve);
    return reserve;
  }

  private queueOf(name: string, limit: RateLimit): LimiterQueue {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const { ref } = limit;
    const rate = pacedRate(limit);
    // A queue that is no longer in the map may still report a late request. The id of its own keeps it from replacing the waiters of its successor.
    const process = `${this.id}-${(this.queueCount += 1)}`;
    const queue: LimiterQueue = new LimiterQueue(
      (request) => this.store.acquireSlots(ref, rate, { process, ...request }),
      rate.periodMs / rate.limit,
      this.clock,
      () => {
        if (this.queues.get(name) === queue) this.queues.delete(name);
      },
    );
    this.queues.set(name, queue);
    return queue;
  }
}

function nameOf({ ref, rate }: RateLimit): string {
  return `${ref.partition} ${rate.limit}/${rate.periodMs} ${ref.key}`;
}

/**
 * How late a slot may be used. In a process that was suspended, or that was busy, the slots of all its requests are late together: sent at
 * once, they would be more than the limit, and by the time of a report other processes have used the slots that follow.
 */
function usableMs({ rate }: RateLimit): number {
  return Math.min(Math.max(100, 0.1 * rate.periodMs), 1_000);
}

function marginOf({ rate }: RateLimit): number {
  const { ms, share, maxShare, maxMs } = MARGIN;
  return Math.min(ms + share * rate.periodMs, maxShare * rate.periodMs, maxMs);
}

function pacedRate(limit: RateLimit): Rate {
  return { limit: limit.rate.limit, periodMs: limit.rate.periodMs + marginOf(limit) };
}

function shortHash(name: string): string {
  return hash('sha256', name, 'base64url').slice(0, 11);
}
