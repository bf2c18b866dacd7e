/** A list whose times never grow with the index: newest first. */
export interface Receding<T> {
  length: number;
  time(index: number): number;
  item(index: number): T;
}

export const lengthOf = (lists: readonly Receding<unknown>[]): number =>
  lists.reduce((sum, { length }) => sum + length, 0);

/** First index whose time is below `time` (or, with `inclusive`, not above it). */
export function firstBelow(list: Pick<Receding<unknown>, 'length' | 'time'>, time: number, inclusive = false): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = list.time(middle);
    if (inclusive ? at <= time : at < time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Items [from, to) of several lists merged newest first, found without walking through what comes before. */
export function mergedSlice<T>(lists: readonly Receding<T>[], from: number, to: number): T[] {
  const heads = headsAt(lists, from);
  const slice: T[] = [];
  while (slice.length < to - from) {
    const next = newest(lists, heads);
    if (next === undefined) break;
    slice.push(next.list.item(heads[next.at] ?? 0));
    heads[next.at] = (heads[next.at] ?? 0) + 1;
  }
  return slice;
}

function newest<T>(lists: readonly Receding<T>[], heads: readonly number[]) {
  let best: { list: Receding<T>; at: number; time: number } | undefined;
  lists.forEach((list, at) => {
    const head = heads[at] ?? 0;
    if (head >= list.length) return;
    const time = list.time(head);
    if (!best || time > best.time) best = { list, at, time };
  });
  return best;
}

/** How far each list has been read when `position` items of the merge have been. */
function headsAt<T>(lists: readonly Receding<T>[], position: number): number[] {
  const ends = lists.flatMap((list) => (list.length > 0 ? [list.time(0), list.time(list.length - 1)] : []));
  let low = Math.min(...ends, 0);
  let high = Math.max(...ends, 0);
  // The earliest time of which at most `position` items are strictly newer.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const newer = lists.reduce((sum, list) => sum + firstBelow(list, middle, true), 0);
    if (newer <= position) high = middle;
    else low = middle + 1;
  }
  const heads = lists.map((list) => firstBelow(list, low, true));
  let missing = position - heads.reduce((sum, head) => sum + head, 0);
  lists.forEach((list, at) => {
    const head = heads[at] ?? 0;
    const step = Math.min(missing, firstBelow(list, low) - head);
    heads[at] = head + step;
    missing -= step;
  });
  return heads;
}
