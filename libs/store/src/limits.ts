import type { Change } from './key-value-store.js';
import type { AcquireRequest, Rate } from './rate-limit-store.js';

/**
 * The longest member of an index. The embedded store keeps members in its keys, which LMDB limits to 1978 bytes, and an order
 * cannot be kept by a hash. Both adapters refuse longer ones, so that what works on one works on the other.
 */
export const MAX_MEMBER_BYTES = 1024;

/** All faults of a change that a caller can make are found before the first write: a Lua script is not rolled back. */
export function checkChange(change: Change): void {
  for (const { ttlMs } of change.put ?? []) if (ttlMs !== undefined) wholeMs(ttlMs);
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

export function checkRate(rate: Rate): Rate {
  if (!Number.isSafeInteger(rate.limit) || rate.limit < 1)
    throw new RangeError('The limit of a rate is a whole number above 0');
  if (!(wholeMs(rate.periodMs) >= 1)) throw new RangeError('The period of a rate is at least 1 ms');
  return { limit: rate.limit, periodMs: wholeMs(rate.periodMs) };
}

/** What a process said about its waiting calls counts for so long: one that has died holds nobody up for longer. */
export const ASKING_LASTS_MS = 3_000;

/** A group that was served just now is expected back so soon: in this share of the period, and in this time. */
export const BACK_SHARE = 0.015;
export const BACK_MS = 150;

/** Of a group, so many flows are remembered that do not wait at the moment. */
export const MOST_FLOWS = 64;

export function checkAsking({ waiting, aheadMs, late = [] }: AcquireRequest): void {
  if (!(aheadMs >= 0)) throw new RangeError('Places are given out a number of milliseconds ahead');
  if (waiting.some(({ calls }) => !Number.isSafeInteger(calls) || calls < 1))
    throw new RangeError('A whole number of calls above 0 waits');
  if (late.some(({ at, byMs }) => !Number.isSafeInteger(at) || wholeMs(byMs) < 0))
    throw new RangeError('A place is late by a number of milliseconds');
}

/** Some 70,000 years: added to the time of day it is still a whole number. */
const LONGEST_MS = Number.MAX_SAFE_INTEGER / 4;

/** Rounded up: nothing may end, and no call may go out, earlier than it was asked for. */
export function wholeMs(ms: number): number {
  if (!Number.isFinite(ms) || ms > LONGEST_MS) throw new RangeError('A duration is a finite number of milliseconds');
  return Math.ceil(ms);
}

/** A lease or a deadline that is over before it began would be a silent fault of the caller. */
export function positiveMs(ms: number): number {
  const whole = wholeMs(ms);
  if (whole < 1) throw new RangeError('A lease or a log lasts at least 1 ms');
  return whole;
}

/** How long a caller would wait at most; `Infinity` is an answer too. */
export function patience(ms: number): number {
  if (Number.isNaN(ms)) throw new RangeError('The longest wait is a number of milliseconds');
  return Math.floor(Math.min(ms, LONGEST_MS));
}
