import type { Rate, Ref, Store } from '#store';

/** An allowance of calls at a provider and what it is counted by. */
export interface Budget {
  rate: Rate;
  /** What the allowance belongs to: a connection, a base, a method of a workspace. */
  ref: Ref;
}

/** Shared allowances: all processes on one store wait their turn instead of meeting a 429. */
export class Budgets {
  constructor(private readonly store: Store) {}

  /** Milliseconds to wait before the call may go, or `null` where that would be more than `maxWaitMs`. */
  async reserve(budget: Budget, maxWaitMs: number): Promise<number | null> {
    return this.store.reserve(budget.ref, budget.rate, maxWaitMs);
  }

  /** The provider said to wait: everybody on this budget does. */
  async pause(budget: Budget, forMs: number): Promise<void> {
    await this.store.pauseBudget(budget.ref, forMs);
  }
}
