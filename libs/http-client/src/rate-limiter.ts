import { createHash, randomUUID } from 'node:crypto';
import type { Rate, Store } from '@causeway/store';
import type { RateLimit, Requester } from './rate-limit.js';
import { Deadline, reasonOf, sleep } from './deadline.js';
import { LimiterQueue, type Given } from './limiter-queue.js';
import { UpstreamError } from './upstream-error.js';

/** A call may go. */
export interface Permit {
  /** The request goes onto the wire: if that is late, so is what comes a period after it. */
  departs(connection: 'standing' | 'new'): void;
  /** The answer is there. @param beyondUsualMs how much longer it took than answers of this provider do */
  answers(beyondUsualMs: number): void;
  /** The provider said how many calls are left: if fewer than we think, others use the allowance too. */
  leaves(remaining: number): Promise<void>;
}

export interface Patience {
  /** @throws UpstreamError `rate-limited` after so many milliseconds, or at once where they cannot be enough */
  patienceMs: number;
  signals: readonly AbortSignal[];
  /** There is a wait, of about so many milliseconds. */
  announce: (ms: number) => void;
}

/**
 * Calls leave on time, but arrive a little late or early: without a margin the first of one period and the last of the next would now and
 * then meet in one period of the provider's clock. What is known to have left late, or seems to have arrived late, is told to the store, so
 * this is for what nobody sees. How late that is has little to do with the period; a short one cannot spare more.
 */
const MARGIN = { ms: 25, share: 0.01, mostShare: 0.035, mostMs: 150 };

/** For the store to answer: whoever has no patience at all still gets a place that is free. */
const GRACE_MS = 1_000;

/** Shared allowances: all processes on one store wait their turn instead of meeting a 429. */
export class RateLimiter {
  private readonly queues = new Map<string, LimiterQueue>();
  private readonly id = randomUUID().slice(0, 13);
  private made = 0;

  constructor(
    private readonly store: Store,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Resolves at the time of the place. @throws UpstreamError `rate-limited`, or the reason of a signal */
  async acquire(budget: RateLimit, requester: Requester, { patienceMs, signals, announce }: Patience): Promise<Permit> {
    const queue = this.queueOf(budget);
    const given = await this.place(queue, requester, { patienceMs, signals, announce });
    await sleep(given.goAt - this.clock(), signals).catch((reason: unknown) => {
      queue.giveBack(given);
      throw reason;
    });
    const margin = marginOf(budget);
    let movedMs = 0;
    const isLate = (byMs: number) => {
      // A third of the margin is for this, the rest for the way.
      const more = Math.ceil(byMs - margin / 3 - movedMs);
      if (more <= 0) return;
      queue.wasLate(given.place.at + movedMs, more);
      movedMs += more;
    };
    let leftLateMs = 0;
    let unknownMs = 0;
    return {
      departs: (connection) => {
        leftLateMs = this.clock() - given.dueAt;
        // The first call on a connection takes longer on its way than those that follow: nobody knows how much.
        unknownMs = connection === 'new' ? margin : 0;
        isLate(leftLateMs);
      },
      answers: (beyondUsualMs) => {
        const tookMs = this.clock() - given.dueAt - leftLateMs;
        isLate(leftLateMs + Math.max(beyondUsualMs, Math.min(unknownMs, tookMs)));
      },
      leaves: async (remaining) => {
        // A hint, and the answer that carried it is there: a store that is away must not spoil it.
        if (remaining < given.left) await this.reported(budget, remaining).catch(() => {});
      },
    };
  }

  /** The provider said to wait: everybody on this budget does. */
  async pause(budget: RateLimit, forMs: number): Promise<void> {
    await this.store.pauseRate(budget.ref, forMs);
  }

  /** Of the present period the provider grants no more than this, whatever we think is left. */
  async reported(budget: RateLimit, left: number): Promise<void> {
    await this.store.leaveAtMost(budget.ref, paced(budget), left);
  }

  private place(
    queue: LimiterQueue,
    requester: Requester,
    { patienceMs, signals, announce }: Patience,
  ): Promise<Given> {
    const ending = new Deadline(patienceMs + GRACE_MS, signals);
    return new Promise<Given>((resolve, reject) => {
      const ticket = {
        // Names of organisations are no names of ours to keep.
        requester: { tenant: shortened(requester.tenant), job: shortened(requester.job) },
        until: this.clock() + patienceMs,
        announce,
        give: resolve,
        refuse: reject,
      };
      const leave = () => {
        queue.leave(ticket);
        reject(
          ending.isLate
            ? new UpstreamError('rate-limited', { retryAfterMs: patienceMs })
            : (reasonOf(signals) as Error),
        );
      };
      if (ending.hasEnded) return leave();
      ending.whenEnded(leave);
      queue.enter(ticket);
    }).finally(() => ending.over());
  }

  private queueOf(budget: RateLimit): LimiterQueue {
    const { ref } = budget;
    const rate = paced(budget);
    const name = JSON.stringify([ref.partition, ref.key, rate]);
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    // One that was forgotten may still tell of a late call: it must not speak for its successor.
    const process = `${this.id}-${(this.made += 1)}`;
    const queue: LimiterQueue = new LimiterQueue(
      (question) => this.store.acquireSlots(ref, rate, { process, ...question }),
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

function marginOf({ rate }: RateLimit): number {
  const { ms, share, mostShare, mostMs } = MARGIN;
  return Math.min(ms + share * rate.periodMs, mostShare * rate.periodMs, mostMs);
}

function paced(budget: RateLimit): Rate {
  return { limit: budget.rate.limit, periodMs: budget.rate.periodMs + marginOf(budget) };
}

function shortened(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 11);
}
