import type { TimeSlicer } from './time-slicer.js';

/** `null` comes last in both directions. */
export type SortKey = string | number | null;

const collator = new Intl.Collator(undefined, { numeric: true });

/** Numbers come before texts. */
export function compareKeys(one: SortKey, other: SortKey, descending: boolean): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  const sign = descending ? -1 : 1;
  if (typeof one === 'number') return typeof other === 'number' ? sign * (one - other) : -sign;
  return typeof other === 'number' ? sign : sign * collator.compare(one, other);
}

type Compare = (one: number, other: number) => number;

/** Sorted or merged without a check of the time: shorter than a slice. */
const RUN_LENGTH = 512;

/** A stable merge sort in time slices. */
export async function sortInSlices(values: readonly number[], compare: Compare, slicer: TimeSlicer): Promise<number[]> {
  let runs: number[][] = [];
  for (let start = 0; start < values.length; start += RUN_LENGTH) {
    runs.push(values.slice(start, start + RUN_LENGTH).sort(compare));
    if (slicer.isDue) await slicer.yieldToMain();
  }
  while (runs.length > 1) {
    const merged: number[][] = [];
    for (let index = 0; index < runs.length; index += 2)
      merged.push(await mergeInSlices(runs[index] ?? [], runs[index + 1] ?? [], compare, slicer));
    runs = merged;
  }
  return runs[0] ?? [];
}

/** Merges two sorted lists; of equal values, those of `first` come first. */
export async function mergeInSlices(
  first: readonly number[],
  second: readonly number[],
  compare: Compare,
  slicer: TimeSlicer,
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
    if (merged.length % RUN_LENGTH === 0 && slicer.isDue) await slicer.yieldToMain();
  }
  return merged;
}
