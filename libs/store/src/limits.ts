import type { Change } from './key-value-store.js';
import type { AcquireRequest, FreeSlotsRequest, Rate } from './rate-limit-store.js';

/**
 * The longest member of an index. The embedded store keeps members in its keys, which LMDB limits to 1978 bytes, and a hash would lose
 * their order. Both adapters reject longer ones, so that they behave the same.
 */
export const MAX_MEMBER_BYTES = 1024;

/** Finds every invalid argument before the first write: Redis does not roll a Lua script back. */
export function checkChange(change: Change): void {
  for (const { ttlMs } of change.put ?? []) if (ttlMs !== undefined && ttlMs !== 'keep') wholeMs(ttlMs);
  for (const { keep, ttlMs } of change.append ?? []) {
    if (!Number.isSafeInteger(keep) || keep < 1) throw new RangeError('A log keeps a whole number of entries above 0');
    if (ttlMs !== null) positiveMs(ttlMs);
  }
  for (const { member } of change.addToIndex ?? []) {
    if (Buffer.byteLength(member) > MAX_MEMBER_BYTES) {
      throw new RangeError(`A member of an index has at most ${MAX_MEMBER_BYTES} bytes`);
    }
  }
}

export function checkRate({ limit, periodMs }: Rate): Rate {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('The limit of a rate is a whole number above 0');
  if (wholeMs(periodMs) < 1) throw new RangeError('The period of a rate is at least 1 ms');
  return { limit, periodMs: wholeMs(periodMs) };
}

/** How long an acquire request is valid: a process that has died delays the others no longer than that. */
export const REQUEST_TTL_MS = 3_000;

/** A tenant that was just served is expected to ask again within this share of the period, and within this time. */
export const RETURN_SHARE = 0.015;
export const RETURN_MS = 150;

/** What a slot of a background job counts for among the jobs of its tenant: it gets one after so many of another job that waits. */
export const BACKGROUND_SLOTS = 4;

/** How many jobs of a tenant are remembered that do not wait at the moment. */
export const MAX_IDLE_JOBS = 64;

export function checkAcquireRequest({ waiting, aheadMs, late = [] }: AcquireRequest): void {
  if (!(aheadMs >= 0)) throw new RangeError('aheadMs is a number of milliseconds');
  if (waiting.some(({ calls }) => !Number.isSafeInteger(calls) || calls < 1))
    throw new RangeError('A waiter waits for a whole number of calls above 0');
  if (late.some(({ at, byMs }) => !Number.isSafeInteger(at) || wholeMs(byMs) < 0))
    throw new RangeError('A slot is late by a number of milliseconds');
}

/** How many slots of a limit stay free when a process takes spare ones: for the others. */
export function keptFree({ limit }: Rate): number {
  return Math.ceil(limit / 4);
}

export function checkFreeSlotsRequest({ calls, spare, spareMs }: FreeSlotsRequest): void {
  if (!Number.isSafeInteger(calls) || calls < 1) throw new RangeError('The number of calls is a whole number above 0');
  if (!Number.isSafeInteger(spare) || spare < 0) throw new RangeError('The number of spare slots is a whole number');
  if (!Number.isSafeInteger(spareMs) || spareMs < 0)
    throw new RangeError('Spare slots are kept for a whole number of milliseconds');
}

/** Some 70,000 years: added to the time of day, it is still a safe integer. */
const MAX_MS = Number.MAX_SAFE_INTEGER / 4;

/** Rounded up: nothing may expire, and no request may go out, too early. */
export function wholeMs(ms: number): number {
  if (!Number.isFinite(ms) || ms > MAX_MS) throw new RangeError('A duration is a finite number of milliseconds');
  return Math.ceil(ms);
}

export function positiveMs(ms: number): number {
  const whole = wholeMs(ms);
  if (whole < 1) throw new RangeError('A lease or a log lasts at least 1 ms');
  return whole;
}

/** `Infinity` is valid: the caller waits for any slot. */
export function wholeMaxWaitMs(ms: number): number {
  if (Number.isNaN(ms)) throw new RangeError('maxWaitMs is a number of milliseconds');
  return Math.floor(Math.min(ms, MAX_MS));
}
