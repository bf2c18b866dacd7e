const OURS_FIRST = /** @type {const} */ (['ours', 'other']);
const OTHER_FIRST = /** @type {const} */ (['other', 'ours']);

/**
 * Measures both sides of a figure in alternation, several times in one run: other load of the machine hits both.
 * @template T
 * @param {number} count
 * @param {{ ours: () => Promise<T>; other: () => Promise<T> }} sides
 * @returns {Promise<{ ours: T[]; other: T[] }>}
 */
export async function alternate(count, sides) {
  /** @type {{ ours: T[]; other: T[] }} */
  const rounds = { ours: [], other: [] };
  for (let round = 0; round < count; round += 1) {
    // Neither side is always first.
    const order = round % 2 === 0 ? OTHER_FIRST : OURS_FIRST;
    for (const side of order) rounds[side].push(await sides[side]());
  }
  return rounds;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * The ratio of the medians, and the smallest and largest ratio of one round.
 * @param {readonly number[]} over
 * @param {readonly number[]} under
 */
export function ratioOf(over, under) {
  const each = over.map((value, round) => value / (under[round] ?? NaN));
  return { ratio: median(over) / median(under), min: Math.min(...each), max: Math.max(...each) };
}

/**
 * The medians of another value of the same rounds.
 * @template T
 * @param {readonly T[]} ours
 * @param {readonly T[]} other
 * @param {(one: T) => number} value
 */
export const pairOf = (ours, other, value) => ({ ours: median(ours.map(value)), other: median(other.map(value)) });
