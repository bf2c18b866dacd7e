import { BACKGROUND_SLOTS, MAX_IDLE_JOBS, REQUEST_TTL_MS, RETURN_MS, RETURN_SHARE } from '../limits.js';
import { BACKGROUND_JOB, type AcquireRequest, type Slot, type Waiter } from '../rate-limit-store.js';

type AssignedSlot = Omit<Slot, 'inMs'>;

/** Virtual time: one unit is one slot. */
interface Tenant {
  /** The virtual time at which its latest slot ended, and the time of that slot. */
  finish: number;
  slotAt: number;
  /** The virtual time at which the latest slot of its jobs began, and at which each job's latest slot ended. */
  virtualTime: number;
  jobs: Record<string, number>;
}

interface Process {
  seenAt: number;
  waiting: Waiter[];
  /** Assigned while another process asked. */
  slots: AssignedSlot[];
}

/** Stored as JSON. */
export interface FairQueueState {
  /** The virtual time at which the latest slot began. */
  virtualTime: number;
  /** Until then there are fewer slots than waiting requests, as far as is known. */
  scarceUntil: number;
  tenants: Record<string, Tenant>;
  processes: Record<string, Process>;
}

export function emptyQueue(): FairQueueState {
  return { virtualTime: 0, scarceUntil: 0, tenants: {}, processes: {} };
}

/** The counterpart of `redis/lua/acquire-slots.lua`, where the order is explained. `fair-order.fixture.ts` holds for both. */
export class FairQueue {
  readonly slots: AssignedSlot[];
  private readonly caller: Process;
  private readonly waitingCalls = new Map<string, number>();
  private readonly returnMs: number;

  constructor(
    private readonly state: FairQueueState,
    { process, waiting }: AcquireRequest,
    private readonly periodMs: number,
    private readonly now: number,
  ) {
    this.returnMs = Math.floor(Math.min(RETURN_SHARE * periodMs, RETURN_MS));
    for (const [name, { seenAt }] of Object.entries(state.processes))
      if (seenAt + REQUEST_TTL_MS <= now) delete state.processes[name];
    this.slots = state.processes[process]?.slots ?? [];
    this.caller = { seenAt: now, slots: [], waiting: waiting.map((waiter) => this.withoutAssigned(waiter)) };
    state.processes[process] = this.caller;
    for (const { waiting } of Object.values(state.processes)) {
      for (const { tenant, calls } of waiting) this.waitingCalls.set(tenant, this.callsOf(tenant) + calls);
    }
  }

  /** Where slots are not scarce, requests need not take turns: `takeFreeSlots` serves them while there is no queue. */
  get isNeeded(): boolean {
    return Object.keys(this.state.processes).length > 0 || this.state.scarceUntil > this.now;
  }

  /** Assigns the slot at this time. @returns a later time until which it is held back, or `null` if nobody waits */
  assign(at: number): number | null {
    const next = this.next();
    if (next === undefined) return null;
    const { waiter, process, start, jobStart } = next;
    const tenant = this.state.tenants[waiter.tenant];
    const heldUntil = this.heldUntil(at, tenant?.finish ?? 0);
    if (heldUntil > at) return heldUntil;
    waiter.calls -= 1;
    this.waitingCalls.set(waiter.tenant, this.callsOf(waiter.tenant) - 1);
    const jobFinish = jobStart + (waiter.job === BACKGROUND_JOB ? BACKGROUND_SLOTS : 1);
    const jobs = { ...tenant?.jobs, [waiter.job]: jobFinish };
    this.state.tenants[waiter.tenant] = { finish: start + 1, slotAt: at, virtualTime: jobStart, jobs };
    this.state.virtualTime = start;
    (process === this.caller ? this.slots : process.slots).push({ tenant: waiter.tenant, job: waiter.job, at });
    return at;
  }

  /** Drops the state that no longer affects the order. @returns how many tenants still wait */
  settle(nextAt: number, isHeldBack: boolean): number {
    const { tenants, processes } = this.state;
    const waitingJobs = new Set<string>();
    for (const [name, process] of Object.entries(processes)) {
      process.waiting = process.waiting.filter(({ calls }) => calls > 0);
      for (const { tenant, job } of process.waiting) waitingJobs.add(`${tenant} ${job}`);
      if (process.waiting.length + process.slots.length === 0) delete processes[name];
    }
    const waitingTenants = [...this.waitingCalls.values()].filter((calls) => calls > 0).length;
    if (waitingTenants > 0 && !isHeldBack) this.state.scarceUntil = nextAt + this.periodMs;
    for (const [name, tenant] of Object.entries(tenants)) {
      dropIdleJobs(tenant, (job) => waitingJobs.has(`${name} ${job}`));
      const isServed = tenant.finish <= this.state.virtualTime && tenant.slotAt + this.returnMs <= this.now;
      const isOver = isServed || tenant.slotAt + this.periodMs <= this.now;
      if (isOver && this.callsOf(name) === 0) delete tenants[name];
    }
    return waitingTenants;
  }

  /** The process does not know yet of the slots that were kept for it. */
  private withoutAssigned({ tenant, job, calls }: Waiter): Waiter {
    const assigned = this.slots.filter((slot) => slot.tenant === tenant && slot.job === job).length;
    return { tenant, job, calls: Math.max(0, calls - assigned) };
  }

  private next() {
    const { tenants, processes, virtualTime } = this.state;
    let best: { waiter: Waiter; process: Process; start: number; jobStart: number } | undefined;
    for (const process of Object.values(processes)) {
      for (const waiter of process.waiting) {
        if (waiter.calls < 1) continue;
        const tenant = tenants[waiter.tenant];
        const start = Math.max(tenant?.finish ?? 0, virtualTime);
        const jobStart = tenant === undefined ? 0 : Math.max(tenant.jobs[waiter.job] ?? 0, tenant.virtualTime);
        const isFirst = best === undefined || start < best.start || (start === best.start && jobStart < best.jobStart);
        if (isFirst) best = { waiter, process, start, jobStart };
      }
    }
    return best;
  }

  private heldUntil(at: number, finish: number): number {
    if (at >= this.state.scarceUntil) return at;
    const absent = Object.entries(this.state.tenants).filter(
      ([name, tenant]) => tenant.finish < finish && this.callsOf(name) === 0,
    );
    return Math.max(at, ...absent.map(([, { slotAt }]) => slotAt + this.returnMs));
  }

  private callsOf(tenant: string): number {
    return this.waitingCalls.get(tenant) ?? 0;
  }
}

function dropIdleJobs({ jobs, virtualTime }: Tenant, isWaiting: (job: string) => boolean): void {
  const idle = Object.keys(jobs).filter((job) => !isWaiting(job));
  const kept = new Set(idle.filter((job) => (jobs[job] ?? 0) > virtualTime).slice(0, MAX_IDLE_JOBS));
  for (const job of idle) if (!kept.has(job)) delete jobs[job];
}
