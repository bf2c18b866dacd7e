import type { Item } from '@causeway/client';
import { parentPlaceOf, type LoadedItems } from './loaded-items.js';
import { compareKeys, mergeInSlices, sortInSlices, type SortKey } from './sorting.js';
import { TimeSlicer } from './time-slicer.js';

export interface ItemQuery {
  /** Empty: all. */
  types: readonly string[];
  /** Each of its words must occur somewhere in the row. */
  text: string;
  /** Only the children of this item. */
  place: string | null;
  /** `null`: in the order in which they were loaded. */
  sort: { keyOf: (item: Item) => SortKey; descending: boolean } | null;
}

/**
 * The indexes of the rows that a query selects, in its order. They are computed in time slices, so that typing and scrolling stay
 * responsive; rows that arrive later are filtered on their own and merged in.
 */
export class RowOrder {
  order: readonly number[] = [];
  busy = false;
  private query: ItemQuery | null = null;
  /** The query, the number of rows and their revision for which `order` was computed. */
  private orderQuery: ItemQuery | null = null;
  private orderLength = 0;
  private orderRevision = 0;
  private running: AbortController | null = null;
  private rerun = false;

  constructor(
    private readonly items: LoadedItems,
    private readonly onChange: () => void,
  ) {}

  /** Call it when the query or the loaded items have changed. */
  update(query: ItemQuery): void {
    const isSameQuery = query === this.query;
    this.query = query;
    // The items were cleared, so the indexes are no longer valid.
    if (this.items.rows.length < this.orderLength) this.order = [];
    if (this.running !== null && isSameQuery) {
      this.rerun = true;
      return;
    }
    this.stop();
    void this.run(query);
  }

  stop(): void {
    this.running?.abort();
    this.running = null;
  }

  private async run(query: ItemQuery): Promise<void> {
    const controller = new AbortController();
    this.running = controller;
    try {
      do {
        this.rerun = false;
        await this.compute(query, new TimeSlicer(controller.signal));
      } while (this.rerun);
    } catch (error) {
      if (controller.signal.aborted) return;
      throw error;
    }
    this.running = null;
    this.setBusy(false);
  }

  private async compute(query: ItemQuery, slicer: TimeSlicer): Promise<void> {
    const { items } = this;
    const { rows, revision } = items;
    const fromStart = this.orderQuery !== query || this.orderRevision !== revision;
    const { length } = rows;
    const found: number[] = [];
    const matches = matcherOf(items, query);
    for (let index = fromStart ? 0 : this.orderLength; index < length; index += 1) {
      if (matches(index)) found.push(index);
      if (index % 256 === 0 && slicer.isDue) {
        if (fromStart) this.setBusy(true);
        await slicer.yieldToMain();
      }
    }
    this.order = await this.merge(fromStart ? [] : this.order, found, query, slicer);
    this.orderQuery = query;
    this.orderLength = length;
    this.orderRevision = revision;
    this.onChange();
  }

  private async merge(
    order: readonly number[],
    found: number[],
    { sort }: ItemQuery,
    slicer: TimeSlicer,
  ): Promise<readonly number[]> {
    if (sort === null) return order.length === 0 ? found : found.length === 0 ? order : [...order, ...found];
    const keys = new Map<number, SortKey>();
    const keyOf = (index: number): SortKey => {
      const known = keys.get(index);
      if (known !== undefined) return known;
      const item = this.items.rows[index];
      const key = item === undefined ? null : sort.keyOf(item);
      keys.set(index, key);
      return key;
    };
    const compare = (one: number, other: number) =>
      compareKeys(keyOf(one), keyOf(other), sort.descending) || one - other;
    if (found.length > 5_000) this.setBusy(true);
    return mergeInSlices(order, await sortInSlices(found, compare, slicer), compare, slicer);
  }

  private setBusy(busy: boolean): void {
    if (this.busy === busy) return;
    this.busy = busy;
    this.onChange();
  }
}

function matcherOf({ rows, searchTexts }: LoadedItems, query: ItemQuery): (index: number) => boolean {
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  const types = new Set(query.types);
  return (index) => {
    const item = rows[index];
    return (
      item !== undefined &&
      (types.size === 0 || types.has(item.type)) &&
      (query.place === null || parentPlaceOf(item) === query.place) &&
      words.every((word) => searchTexts[index]?.includes(word))
    );
  };
}
