import type { Rate, Ref, Store } from '#store';

/** An allowance of calls at a provider and what it is counted by. */
export interface Budget {
  rate: Rate;
  /** What the allowance belongs to: a connection, a base, a method of a workspace. */
  ref: Ref;
  /** Header of an answer that says how many calls are left in the present period. */
  remainingHeader?: string;
}

/**
 * Calls leave on time, but arrive a little late or early: without a margin the first of one period and the last of the next would now and
 * then meet in one period of the provider's clock.
 */
const MARGIN = 0.05;
const MAX_MARGIN_MS = 250;

/** Shared allowances: all processes on one store wait their turn instead of meeting a 429. */
export class Budgets {
  constructor(private readonly store: Store) {}

  /** Milliseconds to wait before the call may go, or `null` where that would be more than `maxWaitMs`. */
  async reserve(budget: Budget, maxWaitMs: number): Promise<number | null> {
    const { limit, periodMs } = budget.rate;
    const margin = Math.min(periodMs * MARGIN, MAX_MARGIN_MS);
    return this.store.reserve(budget.ref, { limit, periodMs: periodMs + margin }, maxWaitMs);
  }

  /** The provider said to wait: everybody on this budget does. */
  async pause(budget: Budget, forMs: number): Promise<void> {
    await this.store.pauseBudget(budget.ref, forMs);
  }
}
