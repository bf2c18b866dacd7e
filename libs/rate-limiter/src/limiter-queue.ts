import { setMaxListeners } from 'node:events';
import type { AcquireRequest, Slot, AcquireResult, Waiter as StoreWaiter } from '@causeway/store';
import { RateLimitExceeded, type Requester } from './rate-limit.js';

/** Slots are fetched this long before their time: enough for every process to fetch its own, short enough for newcomers. */
const AHEAD_MS = 250;
const MIN_POLL_MS = 20;
/** The store forgets the waiters of a process that has not asked for three seconds. */
const MAX_POLL_MS = 1_000;

export interface AcquireOptions {
  /** 0: only a slot that is free now. */
  maxWaitMs: number;
  /** Each of them ends the wait. */
  signals: readonly AbortSignal[];
  /** Called once, when there is a wait, with its estimated milliseconds. */
  onWait: (ms: number) => void;
}

export interface GrantedSlot extends Slot {
  /** When to send the request, by the clock of this process. */
  goAt: number;
  /** Lower bound of the slot's time: the network delay of the store's response is unknown. */
  dueAt: number;
  /** Slots left in the period when this one was granted. */
  remaining: number;
}

interface Waiter {
  requester: Requester;
  until: number;
  onWait: ((ms: number) => void) | undefined;
  grant: (granted: GrantedSlot) => void;
  refuse: (error: unknown) => void;
}

/** Everything in this process that waits for one rate limit. It asks the store once for all waiters, and only while there are any. */
export class LimiterQueue {
  private waiters: Waiter[] = [];
  private late: { at: number; byMs: number }[] = [];
  private isPolling = false;
  private pollAgain = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly acquireSlots: (request: Omit<AcquireRequest, 'process'>) => Promise<AcquireResult>,
    /** Milliseconds between two slots, on average. */
    private readonly spacingMs: number,
    private readonly clock: () => number,
    /** Called when nothing waits any more. */
    private readonly onIdle: () => void,
  ) {}

  /** Resolves at the time of the slot. @throws RateLimitExceeded, the reason of a signal, or the Problem of a store that fails */
  async acquire(requester: Requester, { maxWaitMs, signals, onWait }: AcquireOptions): Promise<GrantedSlot> {
    let timer: NodeJS.Timeout | undefined;
    let onAbort = (): void => {};
    try {
      return await new Promise<GrantedSlot>((resolve, reject) => {
        let unused: GrantedSlot | undefined;
        const grant = (granted: GrantedSlot) => {
          const waitMs = granted.goAt - this.clock();
          if (waitMs <= 0) return resolve(granted);
          announceWait(waiter, waitMs);
          unused = granted;
          timer = setTimeout(resolve, waitMs, granted);
        };
        const waiter: Waiter = { requester, until: this.clock() + maxWaitMs, onWait, grant, refuse: reject };
        onAbort = () => {
          if (unused === undefined) this.remove(waiter);
          else this.release(unused);
          reject(signals.find(({ aborted }) => aborted)?.reason as Error);
        };
        for (const signal of signals) {
          // One signal may end any number of waits.
          setMaxListeners(0, signal);
          signal.addEventListener('abort', onAbort);
        }
        this.waiters.push(waiter);
        void this.poll();
      });
    } finally {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
    }
  }

  reportLate(at: number, byMs: number): void {
    this.late.push({ at, byMs });
    void this.poll();
  }

  private remove(waiter: Waiter): void {
    this.waiters = this.waiters.filter((other) => other !== waiter);
    void this.poll();
  }

  /** Gives a slot that its waiter does not use to another one. */
  private release(granted: GrantedSlot): void {
    if (granted.dueAt > this.clock()) this.handOut(granted);
  }

  private async poll(): Promise<void> {
    this.pollAgain = true;
    if (this.isPolling) return;
    this.isPolling = true;
    clearTimeout(this.timer);
    while (this.pollAgain) {
      this.pollAgain = false;
      await this.pollOnce();
    }
    this.isPolling = false;
  }

  private async pollOnce(): Promise<void> {
    const late = this.late.splice(0);
    const askedAt = this.clock();
    let result: AcquireResult;
    try {
      result = await this.acquireSlots({ waiting: this.waitersByJob(), aheadMs: AHEAD_MS, late });
    } catch (error) {
      for (const waiter of this.waiters.splice(0)) waiter.refuse(error);
      return this.onIdle();
    }
    const now = this.clock();
    for (const slot of result.slots) {
      this.handOut({ ...slot, dueAt: askedAt + slot.inMs, goAt: now + slot.inMs, remaining: result.remaining });
    }
    this.estimateWaits(result, now);
    if (this.waiters.length === 0) return this.onIdle();
    const inMs = Math.min(Math.max(result.nextInMs - AHEAD_MS, MIN_POLL_MS), MAX_POLL_MS);
    this.timer = setTimeout(() => void this.poll(), inMs);
  }

  /** First come, first served within a job. A slot that its job no longer needs goes to its tenant, or else to anybody. */
  private handOut(granted: GrantedSlot): void {
    const { tenant, job } = granted;
    const waiter =
      this.waiters.find(({ requester }) => requester.tenant === tenant && requester.job === job) ??
      this.waiters.find(({ requester }) => requester.tenant === tenant) ??
      this.waiters[0];
    if (waiter === undefined) return;
    this.waiters = this.waiters.filter((other) => other !== waiter);
    waiter.grant(granted);
  }

  /** Tells new waiters how long they will wait, and refuses those that would wait too long. */
  private estimateWaits({ nextInMs, waitingTenants: tenants }: AcquireResult, now: number): void {
    const aheadByTenant = new Map<string, number>();
    for (const waiter of [...this.waiters]) {
      const ahead = aheadByTenant.get(waiter.requester.tenant) ?? 0;
      aheadByTenant.set(waiter.requester.tenant, ahead + 1);
      const estimateMs = nextInMs + ahead * Math.max(1, tenants) * this.spacingMs;
      if (now + nextInMs > waiter.until) {
        this.remove(waiter);
        waiter.refuse(new RateLimitExceeded(Math.ceil(estimateMs)));
      } else {
        announceWait(waiter, estimateMs);
      }
    }
  }

  private waitersByJob(): StoreWaiter[] {
    const jobs = new Map<string, StoreWaiter>();
    for (const { requester } of this.waiters) {
      const name = `${requester.tenant} ${requester.job}`;
      const known = jobs.get(name);
      if (known === undefined) jobs.set(name, { ...requester, calls: 1 });
      else known.calls += 1;
    }
    return [...jobs.values()];
  }
}

function announceWait(waiter: Waiter, ms: number): void {
  waiter.onWait?.(Math.ceil(ms));
  waiter.onWait = undefined;
}
