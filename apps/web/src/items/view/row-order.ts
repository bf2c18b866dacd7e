import type { Item } from '@causeway/client';
import type { LoadedItems } from '../load/loaded-items.js';
import { Pace } from './pace.js';
import { compareKeys, mergedSlowly, sortedSlowly, type SortKey } from './sorting.js';

/** Which rows are shown, and in which order. */
export interface RowWish {
  /** None: all. */
  types: readonly string[];
  /** Words that all have to be in a row, anywhere. */
  text: string;
  /** The id of the item that is looked into; `null`: everything. */
  within: string | null;
  /** `null`: as they came. */
  sort: { keyOf: (item: Item) => SortKey; descending: boolean } | null;
}

/**
 * The numbers of the rows that are wished for. Looked for in slices of time, so that typing and scrolling never wait; rows that come
 * later are looked at alone and put in where they belong.
 */
export class RowOrder {
  order: readonly number[] = [];
  busy = false;
  private wish: RowWish | null = null;
  /** What `order` was found for. */
  private found: RowWish | null = null;
  private seen = 0;
  private revision = 0;
  private running: AbortController | null = null;
  private again = false;

  constructor(
    private readonly items: LoadedItems,
    private readonly onChange: () => void,
  ) {}

  /** To be called with every change of the wish or of what is loaded. */
  update(wish: RowWish): void {
    const other = wish !== this.wish;
    this.wish = wish;
    // Cleared: no number of before means anything.
    if (this.items.rows.length < this.seen) this.order = [];
    if (this.running !== null && !other) {
      this.again = true;
      return;
    }
    this.stop();
    void this.run(wish);
  }

  stop(): void {
    this.running?.abort();
    this.running = null;
  }

  private async run(wish: RowWish): Promise<void> {
    const mine = new AbortController();
    this.running = mine;
    try {
      do {
        this.again = false;
        await this.find(wish, new Pace(mine.signal));
      } while (this.again);
    } catch (error) {
      if (mine.signal.aborted) return;
      throw error;
    }
    this.running = null;
    if (this.busy) {
      this.busy = false;
      this.onChange();
    }
  }

  private async find(wish: RowWish, pace: Pace): Promise<void> {
    const { items } = this;
    const { rows, revision } = items;
    const whole = this.found !== wish || this.revision !== revision;
    const to = rows.length;
    const found: number[] = [];
    const matches = matcherOf(items, wish);
    for (let at = whole ? 0 : this.seen; at < to; at += 1) {
      if (matches(at)) found.push(at);
      if (at % 256 === 0 && pace.isDue) {
        this.tellBusy(whole);
        await pace.breathe();
      }
    }
    this.order = await this.arranged(whole ? [] : this.order, found, wish, pace);
    this.found = wish;
    this.seen = to;
    this.revision = revision;
    this.onChange();
  }

  private async arranged(
    before: readonly number[],
    found: number[],
    { sort }: RowWish,
    pace: Pace,
  ): Promise<readonly number[]> {
    if (sort === null) return before.length === 0 ? found : found.length === 0 ? before : [...before, ...found];
    const keys = new Map<number, SortKey>();
    const keyOf = (at: number): SortKey => {
      const known = keys.get(at);
      if (known !== undefined) return known;
      const item = this.items.rows[at];
      const key = item === undefined ? null : sort.keyOf(item);
      keys.set(at, key);
      return key;
    };
    const compare = (one: number, other: number) =>
      compareKeys(keyOf(one), keyOf(other), sort.descending) || one - other;
    this.tellBusy(found.length > 5_000);
    return mergedSlowly(before, await sortedSlowly(found, compare, pace), compare, pace);
  }

  private tellBusy(long: boolean): void {
    if (this.busy || !long) return;
    this.busy = true;
    this.onChange();
  }
}

function matcherOf({ rows, searchTexts }: LoadedItems, { types, text, within }: RowWish): (at: number) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = new Set(types);
  return (at) => {
    const item = rows[at];
    return (
      item !== undefined &&
      (wanted.size === 0 || wanted.has(item.type)) &&
      (within === null || item.parentId === within) &&
      words.every((word) => searchTexts[at]?.includes(word))
    );
  };
}
