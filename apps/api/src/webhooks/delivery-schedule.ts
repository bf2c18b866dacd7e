const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Waits after each failed attempt; after the last one the delivery has failed. */
const WAITS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 24 * HOUR, 48 * HOUR];
const JITTER = 0.2;

export const KEEP_MS = 30 * DAY;
export const DISABLE_AFTER_MS = 5 * DAY;

/** @param failures attempts that failed in a row. @returns `null`: no further attempt */
export function nextAttempt(failures: number, at: number, random = Math.random()): number | null {
  const wait = WAITS[failures - 1];
  return wait === undefined ? null : Math.round(at + wait * (1 + JITTER * random));
}
