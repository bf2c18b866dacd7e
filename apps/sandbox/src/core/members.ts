/** How many of the ascending numbers are below this one. */
function countBelow(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Parts {
  /** Computed indexes, `to` excluded. */
  from: number;
  to: number;
  /** Ascending indexes that the range has lost. */
  without: readonly number[];
  /** Ascending indexes that come before and after the range. */
  before?: readonly number[];
  after: readonly number[];
}

/** The indexes of a list that requests see, in ascending order, without enumerating them. */
export class Members {
  readonly length: number;
  private readonly before: readonly number[];
  private readonly inRange: number;

  constructor(private readonly parts: Parts) {
    this.before = parts.before ?? [];
    this.inRange = parts.to - parts.from - parts.without.length;
    this.length = this.before.length + this.inRange + parts.after.length;
  }

  at(position: number): number {
    const { from, without, after } = this.parts;
    const inRange = position - this.before.length;
    if (inRange < 0) return this.before[position] ?? 0;
    if (inRange >= this.inRange) return after[inRange - this.inRange] ?? 0;
    let [skipped, high] = [0, without.length];
    while (skipped < high) {
      const middle = (skipped + high) >>> 1;
      if ((without[middle] ?? 0) - middle <= from + inRange) skipped = middle + 1;
      else high = middle;
    }
    return from + inRange + skipped;
  }

  /** How many members come before this index, which need not be one. */
  countBelow(index: number): number {
    const { from, to, without, after } = this.parts;
    const inRange = Math.min(Math.max(index, from), to) - from - countBelow(without, index);
    return countBelow(this.before, index) + inRange + countBelow(after, index);
  }
}
