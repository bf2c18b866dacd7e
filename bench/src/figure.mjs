import { median } from './rounds.mjs';

/**
 * One line of the table. `ours` and `other` are the values of the rounds, in their order.
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} group figures of one group are shown together
 * @property {string} unit
 * @property {number[]} ours
 * @property {number[]} other empty where there is no other side
 * @property {string} otherIs
 * @property {string} ratioIs
 * @property {number} ratio of the medians
 * @property {number} min smallest ratio of one round
 * @property {number} max largest ratio of one round
 * @property {{ atMost?: number; atLeast?: number; oursAtMost?: number } | null} target of the ratio, or of our own value
 * @property {Record<string, { ours: number; other: number }>} [more]
 */

/**
 * @typedef {object} Settings
 * @property {number} rounds
 * @property {number} seconds of one load
 * @property {boolean} quick a trial of the bench itself: its figures mean little
 * @property {number | undefined} [items] of a sync, instead of the default
 */

/** @param {Figure} figure @returns {boolean | null} `null` without a target */
export function isMet({ ours, ratio, target }) {
  if (target === null) return null;
  if (target.oursAtMost !== undefined) return median(ours) <= target.oursAtMost;
  return ratio <= (target.atMost ?? Infinity) && ratio >= (target.atLeast ?? -Infinity);
}
