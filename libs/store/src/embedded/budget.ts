import { ASKING_LASTS_MS, wholeMs } from '../limits.js';
import type { Ref } from '../key-value-store.js';
import type { AcquireRequest, AcquireResult, Rate } from '../rate-limit-store.js';
import { FairTurns, nobodyYet, type FairState } from './fair-turns.js';
import { KIND, recordKey } from './keys.js';
import type { Records } from './records.js';

/**
 * Places are numbered, one record each, and end a period after their time: then they bind nobody. So the place `limit` before the
 * next one is found by its number, and a budget of a million calls a day costs no more for each call than one of five a second.
 */
class Places {
  private readonly budget: Buffer;
  private next: number;
  private readonly paused: number;

  constructor(
    private readonly records: Records,
    private readonly ref: Ref,
    private readonly rate: Rate,
    private readonly now: number,
  ) {
    this.budget = recordKey(KIND.budget, ref.partition, ref.key);
    this.next = this.numberAt(this.budget);
    this.paused = this.numberAt(recordKey(KIND.pause, ref.partition, ref.key));
  }

  nextFree(): number {
    const bound = this.timeOf(this.next - this.rate.limit);
    return Math.max(this.now, this.paused, bound === 0 ? 0 : bound + this.rate.periodMs);
  }

  latest(): number {
    return this.timeOf(this.next - 1);
  }

  take(at: number): void {
    this.put(this.next, at);
    this.next += 1;
    // A little longer than the places: one of them may still be moved.
    const ends = Math.max(at, this.latest()) + this.rate.periodMs + ASKING_LASTS_MS;
    this.records.put(this.budget, Buffer.from(`${this.next}`), ends);
  }

  move(at: number, to: number): void {
    for (let number = this.next - 1, time = this.timeOf(number); time !== 0; time = this.timeOf((number -= 1))) {
      if (time === at) return this.put(number, to);
    }
  }

  /** The first number from `former` on that has not ended. */
  oldest(former: number): number {
    let number = Math.max(0, former, this.next - this.rate.limit);
    while (number < this.next && this.timeOf(number) === 0) number += 1;
    return number;
  }

  /** Of those from number `oldest` on, without those in the future where `known` is asked for. */
  taken(oldest: number, known: 'all' | 'until now'): number {
    let end = this.next;
    if (known === 'until now') while (end > oldest && this.timeOf(end - 1) > this.now) end -= 1;
    return end - oldest;
  }

  private put(number: number, at: number): void {
    this.records.put(this.keyOf(number), Buffer.from(`${at}`), at + this.rate.periodMs);
  }

  /** 0: it has ended, or never was. */
  private timeOf(number: number): number {
    return this.numberAt(this.keyOf(number));
  }

  private keyOf(number: number): Buffer {
    return recordKey(KIND.place, this.ref.partition, this.ref.key, `${number}`);
  }

  private numberAt(key: Buffer): number {
    return Number(this.records.get(key, this.now)?.toString() ?? 0);
  }
}

export function reservePlace(records: Records, ref: Ref, rate: Rate, maxWaitMs: number, now: number): number | null {
  const places = new Places(records, ref, rate, now);
  const at = Math.max(places.nextFree(), places.latest());
  if (at - now > maxWaitMs) return null;
  places.take(at);
  return at - now;
}

export function takeFairTurns(
  records: Records,
  ref: Ref,
  rate: Rate,
  asking: AcquireRequest,
  now: number,
): AcquireResult {
  const places = new Places(records, ref, rate, now);
  for (const { at, byMs } of asking.late ?? []) places.move(at, at + wholeMs(byMs));
  const key = recordKey(KIND.turns, ref.partition, ref.key);
  const stored = records.get(key, now);
  const state = stored === undefined ? nobodyYet() : (JSON.parse(stored.toString()) as FairState);
  const turns = new FairTurns(state, asking, rate.periodMs, now);
  let next = places.nextFree();
  let keptBack = false;
  while (next - now <= asking.aheadMs && !keptBack) {
    const given = turns.give(next);
    if (given === null) break;
    keptBack = given > next;
    if (!keptBack) places.take(next);
    next = keptBack ? given : places.nextFree();
  }
  const groups = turns.settle(next, keptBack);
  state.oldest = places.oldest(state.oldest);
  records.put(key, Buffer.from(JSON.stringify(state)), next + rate.periodMs + ASKING_LASTS_MS);
  return {
    slots: turns.places.map((place) => ({ ...place, inMs: place.at - now })),
    nextInMs: next - now,
    waitingTenants: groups,
    remaining: Math.max(0, rate.limit - places.taken(state.oldest, 'all')),
  };
}

export function markPlacesTaken(records: Records, ref: Ref, rate: Rate, left: number, now: number): void {
  const places = new Places(records, ref, rate, now);
  const used = places.taken(places.oldest(0), 'until now');
  for (let missing = rate.limit - used - left; missing > 0; missing -= 1) places.take(now);
}
