import type { Pace } from './pace.js';

/** `null`: there is nothing to sort by; such rows come last in both directions. */
export type SortKey = string | number | null;

const byLanguage = new Intl.Collator(undefined, { numeric: true });

/** Numbers before texts. */
export function compareKeys(one: SortKey, other: SortKey, descending: boolean): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  const sign = descending ? -1 : 1;
  if (typeof one === 'number') return typeof other === 'number' ? sign * (one - other) : -sign;
  return typeof other === 'number' ? sign : sign * byLanguage.compare(one, other);
}

type Compare = (one: number, other: number) => number;

/** Sorted at once: below a slice of time. */
const RUN = 512;

/** A stable sort that breathes. */
export async function sortedSlowly(values: readonly number[], compare: Compare, pace: Pace): Promise<number[]> {
  let runs: number[][] = [];
  for (let from = 0; from < values.length; from += RUN) {
    runs.push(values.slice(from, from + RUN).sort(compare));
    if (pace.isDue) await pace.breathe();
  }
  while (runs.length > 1) {
    const longer: number[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      longer.push(await mergedSlowly(runs[at] ?? [], runs[at + 1] ?? [], compare, pace));
    runs = longer;
  }
  return runs[0] ?? [];
}

/** Both are sorted already; of equals, those of `first` come first. */
export async function mergedSlowly(
  first: readonly number[],
  second: readonly number[],
  compare: Compare,
  pace: Pace,
): Promise<number[]> {
  if (second.length === 0) return [...first];
  const merged: number[] = [];
  for (let left = 0, right = 0; left < first.length || right < second.length;) {
    const [one, other] = [first[left], second[right]];
    if (other === undefined || (one !== undefined && compare(one, other) <= 0)) {
      merged.push(one ?? 0);
      left += 1;
    } else {
      merged.push(other);
      right += 1;
    }
    if (merged.length % RUN === 0 && pace.isDue) await pace.breathe();
  }
  return merged;
}
