import type { Rate, RateLimitStore } from '@causeway/store';

const BLOCKS = 20;
const MOST_NAMES = 20_000;

interface Purse {
  /** Requests that may still pass; below zero, those that passed while the next block was being asked for. */
  left: number;
  /** No request before this time. */
  closedUntil: number;
  asking: boolean;
  usedAt: number;
}

/**
 * So many requests a period for each name, over all replicas. The store hands out blocks of a twentieth of the rate; within a block a
 * request costs a look into a map. Nobody ever waits for the store: a block is asked for beside the requests, and while the store is
 * away each process hands out its own. So up to a block a process, and what comes during one round trip, may be too many.
 */
export class Allowance {
  private readonly purses = new Map<string, Purse>();
  private readonly block: number;
  private readonly blocks: Rate;

  constructor(
    private readonly store: Pick<RateLimitStore, 'reserveSlot'>,
    private readonly name: string,
    private readonly rate: Rate,
    private readonly clock: () => number = Date.now,
  ) {
    this.block = Math.max(1, Math.floor(rate.limit / BLOCKS));
    this.blocks = { limit: Math.ceil(rate.limit / this.block), periodMs: rate.periodMs };
  }

  /** Takes one. @returns seconds until the next one may pass; 0: this one may */
  take(name: string): number {
    const now = this.clock();
    const purse = this.purseOf(name, now);
    if (purse.closedUntil > now) return Math.ceil((purse.closedUntil - now) / 1000);
    purse.left -= 1;
    if (purse.left < 1 && !purse.asking) void this.fill(name, purse);
    return 0;
  }

  /** Whether the next one would have to wait, without taking it. */
  isSpent(name: string): number {
    const { closedUntil = 0 } = this.purses.get(name) ?? {};
    return Math.max(0, Math.ceil((closedUntil - this.clock()) / 1000));
  }

  private purseOf(name: string, now: number): Purse {
    const known = this.purses.get(name);
    if (known !== undefined && (known.closedUntil > now || known.usedAt + this.rate.periodMs > now)) {
      known.usedAt = now;
      return known;
    }
    // The first block is free of the store, so that a flood of names is no flood of questions to it.
    const purse = { left: this.block, closedUntil: 0, asking: false, usedAt: now };
    this.purses.delete(name);
    this.purses.set(name, purse);
    if (this.purses.size > MOST_NAMES) this.forgetOldest();
    return purse;
  }

  private forgetOldest(): void {
    const [oldest] = this.purses.keys();
    if (oldest !== undefined) this.purses.delete(oldest);
  }

  private async fill(name: string, purse: Purse): Promise<void> {
    purse.asking = true;
    let waitMs: number | null;
    try {
      const ref = { partition: `allowance-${name.slice(0, 16)}`, key: `${this.name}:${name}` };
      waitMs = await this.store.reserveSlot(ref, this.blocks, this.rate.periodMs);
    } catch {
      waitMs = 0;
    }
    purse.asking = false;
    if (waitMs === null) {
      purse.closedUntil = this.clock() + this.rate.periodMs;
      return;
    }
    // What passed meanwhile is owed, though never more than a whole period's worth.
    purse.left = Math.max(purse.left, -this.rate.limit) + this.block;
    if (waitMs > 0) purse.closedUntil = this.clock() + waitMs;
    else if (purse.left < 1) await this.fill(name, purse);
  }
}
