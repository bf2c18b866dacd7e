import type { Ref } from '../key-value-store.js';
import {
  checkAcquireRequest,
  checkFreeSlotsRequest,
  checkRate,
  keptFree,
  REQUEST_TTL_MS,
  wholeMaxWaitMs,
  wholeMs,
} from '../limits.js';
import type {
  AcquireRequest,
  AcquireResult,
  FreeSlots,
  FreeSlotsRequest,
  Rate,
  RateLimitStore,
} from '../rate-limit-store.js';
import type { EmbeddedDatabase } from './database.js';
import { emptyQueue, FairQueue, type FairQueueState } from './fair-queue.js';
import { KIND, recordKey } from './keys.js';
import type { Records } from './records.js';

/**
 * Assigned slots are numbered in the order of their times, as `redis/lua/slots.lua` explains. Each has a record of its own, which expires
 * a period after its time: then it binds no other slot. The slot `limit` before the next one is found by its
 * number, so a limit of a million a day costs no more for each request than five a second.
 */
class SlotRecords {
  private readonly counterKey: Buffer;
  private nextNumber: number;

  constructor(
    private readonly records: Records,
    private readonly ref: Ref,
    private readonly rate: Rate,
    private readonly now: number,
  ) {
    this.counterKey = recordKey(KIND.slotCounter, ref.partition, ref.key);
    this.nextNumber = this.read(this.counterKey);
  }

  nextFree(): number {
    const bound = this.timeOf(this.nextNumber - this.rate.limit);
    return Math.max(this.now, this.pausedUntil(), bound === 0 ? 0 : bound + this.rate.periodMs);
  }

  pausedUntil(): number {
    return this.read(recordKey(KIND.pause, this.ref.partition, this.ref.key));
  }

  latest(): number {
    return this.timeOf(this.nextNumber - 1);
  }

  assign(at: number): void {
    let number = this.nextNumber;
    for (let time = this.timeOf(number - 1); time > at; time = this.timeOf(number - 1)) this.put(number--, time);
    this.put(number, at);
    this.nextNumber += 1;
    // A little longer than the slots: one of them may still be moved.
    const expiresAt = Math.max(this.now, this.latest()) + this.rate.periodMs + REQUEST_TTL_MS;
    this.records.put(this.counterKey, Buffer.from(`${this.nextNumber}`), expiresAt);
  }

  /** A slot that has expired meanwhile counts from when it was used. */
  move(at: number, to: number): void {
    let number = this.nextNumber - 1;
    while (this.timeOf(number) > at) number -= 1;
    if (this.timeOf(number) !== at) {
      if (to + this.rate.periodMs > this.now) this.assign(to);
      return;
    }
    while (number + 1 < this.nextNumber && this.timeOf(number + 1) < to) this.put(number, this.timeOf(++number));
    this.put(number, to);
  }

  /** How many slots of the period are not assigned. */
  remaining(): number {
    return Math.max(0, this.rate.limit - (this.nextNumber - this.first()));
  }

  /** The number of the first slot that has not expired. */
  first(): number {
    let [low, high] = [Math.max(0, this.nextNumber - this.rate.limit), this.nextNumber];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.timeOf(middle) === 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Slots in the future are requests that the provider has not counted yet. */
  pastSince(first: number): number {
    let end = this.nextNumber;
    while (end > first && this.timeOf(end - 1) > this.now) end -= 1;
    return end - first;
  }

  private put(number: number, at: number): void {
    this.records.put(this.keyOf(number), Buffer.from(`${at}`), at + this.rate.periodMs);
  }

  /** 0 if it has expired or was never assigned. */
  private timeOf(number: number): number {
    return this.read(this.keyOf(number));
  }

  private keyOf(number: number): Buffer {
    return recordKey(KIND.slot, this.ref.partition, this.ref.key, `${number}`);
  }

  private read(key: Buffer): number {
    return Number(this.records.get(key, this.now)?.toString() ?? 0);
  }
}

function takeFreeSlots(
  records: Records,
  ref: Ref,
  rate: Rate,
  request: FreeSlotsRequest,
  now: number,
): FreeSlots | null {
  const slots = new SlotRecords(records, ref, rate, now);
  const free = slots.remaining() - request.calls;
  const isContended = records.get(recordKey(KIND.fairQueue, ref.partition, ref.key), now) !== undefined;
  if (free < 0 || isContended || slots.pausedUntil() > now) return null;
  const spare = Math.max(0, Math.min(request.spare, free - keptFree(rate)));
  for (let i = 0; i < request.calls; i++) slots.assign(now);
  for (let i = 0; i < spare; i++) slots.assign(now + request.spareMs);
  return { at: now, spare, remaining: free - spare };
}

function acquireSlots(records: Records, ref: Ref, rate: Rate, request: AcquireRequest, now: number): AcquireResult {
  const slots = new SlotRecords(records, ref, rate, now);
  for (const { at, byMs } of request.late ?? []) slots.move(at, at + wholeMs(byMs));
  const key = recordKey(KIND.fairQueue, ref.partition, ref.key);
  const stored = records.get(key, now)?.toString();
  const state = stored === undefined ? emptyQueue() : (JSON.parse(stored) as FairQueueState);
  const queue = new FairQueue(state, request, rate.periodMs, now);
  let nextAt = slots.nextFree();
  let isHeldBack = false;
  while (nextAt - now <= request.aheadMs && !isHeldBack) {
    const assignedAt = queue.assign(nextAt);
    if (assignedAt === null) break;
    isHeldBack = assignedAt > nextAt;
    if (!isHeldBack) slots.assign(nextAt);
    nextAt = isHeldBack ? assignedAt : slots.nextFree();
  }
  const waitingTenants = queue.settle(nextAt, isHeldBack);
  if (queue.isNeeded) records.put(key, Buffer.from(JSON.stringify(state)), nextAt + rate.periodMs + REQUEST_TTL_MS);
  else records.remove(key);
  return {
    slots: queue.slots.map((slot) => ({ ...slot, inMs: slot.at - now })),
    nextInMs: nextAt - now,
    waitingTenants,
    remaining: slots.remaining(),
  };
}

export function embeddedRateLimits(database: EmbeddedDatabase): RateLimitStore {
  const { records } = database;
  return {
    async reserveSlot(ref, rate, maxWaitMs) {
      const checked = checkRate(rate);
      const maxWait = wholeMaxWaitMs(maxWaitMs);
      return database.write((now) => {
        const slots = new SlotRecords(records, ref, checked, now);
        const at = Math.max(slots.nextFree(), slots.latest());
        if (at - now > maxWait) return null;
        slots.assign(at);
        return at - now;
      });
    },

    async takeFreeSlots(ref, rate, request) {
      checkFreeSlotsRequest(request);
      const checked = checkRate(rate);
      return database.write((now) => takeFreeSlots(records, ref, checked, request, now));
    },

    async acquireSlots(ref, rate, request) {
      checkAcquireRequest(request);
      const checked = checkRate(rate);
      return database.write((now) => acquireSlots(records, ref, checked, request, now));
    },

    async limitRemaining(ref, rate, remaining) {
      const checked = checkRate(rate);
      await database.write((now) => {
        const slots = new SlotRecords(records, ref, checked, now);
        const past = slots.pastSince(slots.first());
        const missing = checked.limit - past - Math.max(0, Math.floor(remaining));
        for (let i = 0; i < missing; i++) slots.assign(now);
      });
    },

    async pauseRate({ partition, key }, forMs) {
      const pauseKey = recordKey(KIND.pause, partition, key);
      const ms = wholeMs(forMs);
      await database.write((now) => {
        const pausedUntil = Number(records.get(pauseKey, now)?.toString() ?? 0);
        if (now + ms > pausedUntil) records.put(pauseKey, Buffer.from(`${now + ms}`), now + ms);
      });
    },
  };
}
