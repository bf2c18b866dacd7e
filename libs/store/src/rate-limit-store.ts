import type { Ref } from './key-value-store.js';

/** At most `limit` requests in any window of `periodMs` milliseconds. */
export interface Rate {
  limit: number;
  periodMs: number;
}

/** The job of each tenant that gets a slot after four of another of its jobs, while both wait. */
export const BACKGROUND_JOB = '~';

/** Requests of one job that wait for a slot each. */
export interface Waiter {
  /** Slots are shared evenly among the waiting tenants, and a tenant's slots among its jobs. */
  tenant: string;
  job: string;
  calls: number;
}

export interface AcquireRequest {
  /** The process that asks. Its latest request replaces the one before and is valid for three seconds. */
  process: string;
  /** Everything that waits in this process. */
  waiting: readonly Waiter[];
  /** How early a slot may be handed out, in milliseconds. The process must ask at least that often while a slot is near. */
  aheadMs: number;
  /**
   * Slots that were used later than their time: the slots after them move too. Measured with both cores busy, 4,120 requests met 7
   * responses 429 with this feedback and 120 without it.
   */
  late?: readonly { at: number; byMs: number }[];
}

/** Permits one request. */
export interface Slot {
  tenant: string;
  job: string;
  /** Identifies the slot. Milliseconds of the store's clock. */
  at: number;
  /** Milliseconds from now; negative if its time has passed. */
  inMs: number;
}

export interface AcquireResult {
  /** Slots for the asking process, in the order in which they were assigned. */
  slots: Slot[];
  /** Milliseconds until the next unassigned slot. */
  nextInMs: number;
  /** How many tenants still wait, in all processes. */
  waitingTenants: number;
  /** Unassigned slots of the present period. */
  remaining: number;
}

export interface FreeSlotsRequest {
  /** Slots for requests that are sent now. */
  calls: number;
  /** Slots for later requests of this process. They are granted only while more than a quarter of the limit stays free. */
  spare: number;
  /** How long the spare slots may be used. Each counts from the end of that time, whenever it was used. */
  spareMs: number;
}

export interface FreeSlots {
  /** Identifies the slots of `calls`. Milliseconds of the store's clock. */
  at: number;
  /** How many spare slots were taken; their `at` is `spareMs` later. */
  spare: number;
  /** Unassigned slots of the present period. */
  remaining: number;
}

/** Rate limits that all processes on this store share. */
export abstract class RateLimitStore {
  /** Takes the next free slot. @returns milliseconds from now, or `null`, with nothing taken, if the slot is further away than `maxWaitMs` */
  abstract reserveSlot(ref: Ref, rate: Rate, maxWaitMs: number): Promise<number | null>;
  /**
   * Takes slots without the fair queue, where requests do not compete.
   * @returns `null`, with nothing taken, if fewer than `calls` slots are free, anything waits for a slot or the limit is paused
   */
  abstract takeFreeSlots(ref: Ref, rate: Rate, request: FreeSlotsRequest): Promise<FreeSlots | null>;
  /**
   * Assigns slots in a fair order: the next one goes to the tenant that was served least since it began to wait, and within the tenant
   * to such a job. Slots of other processes are kept until these ask.
   */
  abstract acquireSlots(ref: Ref, rate: Rate, request: AcquireRequest): Promise<AcquireResult>;
  /** Others use the same rate limit: at most `remaining` requests of the present period are left. */
  abstract limitRemaining(ref: Ref, rate: Rate, remaining: number): Promise<void>;
  /** Assigns no slot within the next `forMs` (a 429 was received). A longer pause that is already set stays. */
  abstract pauseRate(ref: Ref, forMs: number): Promise<void>;
}
