import type { FreeSlots, FreeSlotsRequest, Rate } from '@causeway/store';
import type { GrantedSlot } from './limiter-queue.js';

/** How long spare slots are kept. A slot counts from the end of that time, so a longer one costs more of the limit. */
const SPARE_SHARE = 0.05;
const MAX_SPARE_MS = 1_000;
/** How many spare slots one process takes at once: this share of the limit, and no more than this number. */
const MAX_SPARE_SHARE = 1 / 8;
const MAX_SPARE = 32;

/** After requests competed for slots, they are taken from the fair queue for this long. */
const QUEUE_MS = 1_000;

/** What a permit needs to know of its slot. */
export type FreeSlot = Pick<GrantedSlot, 'at' | 'dueAt' | 'remaining'>;

interface Waiter {
  resolve: (slot: FreeSlot | null) => void;
  reject: (error: unknown) => void;
}

/**
 * Slots of one rate limit that this process takes without waiting, while requests do not compete for them. When they follow each other
 * closely it takes spare ones for the next, so that not every request costs a step in the store.
 */
export class SlotReserve {
  private waiting: Waiter[] = [];
  private isTaking = false;
  /** The spare slots of the latest step: how many it took, how many are left, and what their permits need to know. */
  private taken = 0;
  private left = 0;
  private spare: FreeSlot = { at: 0, dueAt: 0, remaining: 0 };
  private queueUntil = -Infinity;
  private readonly spareMs: number;
  private readonly maxSpare: number;

  constructor(
    private readonly takeFreeSlots: (request: FreeSlotsRequest) => Promise<FreeSlots | null>,
    { limit, periodMs }: Rate,
    private readonly clock: () => number,
  ) {
    this.spareMs = Math.floor(Math.min(SPARE_SHARE * periodMs, MAX_SPARE_MS));
    this.maxSpare = Math.floor(Math.min(MAX_SPARE_SHARE * limit, MAX_SPARE));
  }

  /** @returns `null` where requests compete: the fair queue serves them. @throws the Problem of a store that fails */
  async take(): Promise<FreeSlot | null> {
    const now = this.clock();
    if (this.left > 0 && now < this.spare.dueAt) {
      this.left -= 1;
      return { ...this.spare, remaining: this.spare.remaining + this.left };
    }
    if (now < this.queueUntil) return null;
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      if (!this.isTaking) void this.takeForAll();
    });
  }

  /** After this, each request asks the store. */
  drop(): void {
    this.left = 0;
  }

  /** Requests that the provider has counted, while their slots count later. */
  get early(): number {
    return this.clock() < this.spare.dueAt ? this.taken - this.left : 0;
  }

  private async takeForAll(): Promise<void> {
    this.isTaking = true;
    while (this.waiting.length > 0) {
      const waiters = this.waiting.splice(0);
      try {
        const slots = await this.takeNow(waiters.length);
        waiters.forEach(({ resolve }, index) => resolve(slots?.[index] ?? null));
      } catch (error) {
        for (const { reject } of waiters) reject(error);
      }
    }
    this.isTaking = false;
  }

  private async takeNow(calls: number): Promise<FreeSlot[] | null> {
    const askedAt = this.clock();
    const result = await this.takeFreeSlots({ calls, spare: this.spareFor(askedAt), spareMs: this.spareMs });
    if (result === null) {
      this.queueUntil = askedAt + QUEUE_MS;
      return null;
    }
    const { at, spare, remaining } = result;
    this.taken = spare;
    this.left = spare;
    this.spare = { at: at + this.spareMs, dueAt: askedAt + this.spareMs, remaining };
    return Array.from({ length: calls }, (_, index) => ({
      at,
      dueAt: askedAt,
      remaining: remaining + spare + calls - 1 - index,
    }));
  }

  /** One more than the last time if those did not last, else what was used of them. */
  private spareFor(now: number): number {
    if (now >= this.spare.dueAt) return this.taken - this.left;
    return Math.min(this.taken + 1, this.maxSpare);
  }
}
