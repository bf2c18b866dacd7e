import type { Rate, Ref } from '../store.js';
import { KIND, recordKey } from './keys.js';
import type { Records } from './records.js';

/**
 * Places are numbered, one record each, and end a period after their time: then they bind nobody. So the place `limit` before the
 * next one is found by its number, and a budget of a million calls a day costs no more for each call than one of five a second.
 */
export function reservePlace(records: Records, ref: Ref, rate: Rate, maxWaitMs: number, now: number): number | null {
  const budget = recordKey(KIND.budget, ref.partition, ref.key);
  const place = (number: number) => recordKey(KIND.place, ref.partition, ref.key, `${number}`);
  const timeAt = (key: Buffer) => Number(records.get(key, now)?.toString() ?? 0);

  const next = timeAt(budget);
  const paused = timeAt(recordKey(KIND.pause, ref.partition, ref.key));
  const last = timeAt(place(next - 1));
  const bound = timeAt(place(next - rate.limit));
  const at = Math.max(now, paused, last, bound === 0 ? 0 : bound + rate.periodMs);
  if (at - now > maxWaitMs) return null;

  const ends = at + rate.periodMs;
  records.put(place(next), Buffer.from(`${at}`), ends);
  records.put(budget, Buffer.from(`${next + 1}`), ends);
  return at - now;
}
