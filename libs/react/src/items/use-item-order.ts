'use client';

import { useEffect, useMemo, useReducer } from 'react';
import type { ItemLoad } from './item-load.js';
import { RowOrder, type ItemQuery } from './row-order.js';

export interface UseItemOrder {
  /** The indexes in `items.rows` that the query selects, in its order. */
  order: readonly number[];
  /** The whole list is being searched or sorted anew; `order` is the one before. */
  busy: boolean;
}

/**
 * Searches, filters and sorts what `useItems` has loaded, while it arrives. It works in slices of a few milliseconds, so that a page with
 * 100,000 items stays responsive.
 * @param query memoized: a new object starts a new computation
 */
export function useItemOrder(load: ItemLoad, query: ItemQuery): UseItemOrder {
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  const rows = useMemo(() => new RowOrder(load.items, rerender), [load.items]);
  const version = load.snapshot();
  useEffect(() => rows.update(query), [rows, query, version]);
  useEffect(() => () => rows.stop(), [rows]);
  return { order: rows.order, busy: rows.busy };
}
