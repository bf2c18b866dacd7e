import { useEffect, useReducer, useState } from 'react';
import type { LoadedItems } from '../load/loaded-items.js';
import { RowOrder, type RowQuery } from './row-order.js';

/**
 * @param query memoized: a new object starts a new computation
 * @param version a new object after each change of the items
 */
export function useRowOrder(items: LoadedItems, query: RowQuery, version: unknown): RowOrder {
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  const [rows] = useState(() => new RowOrder(items, rerender));
  useEffect(() => rows.update(query), [rows, query, version]);
  useEffect(() => () => rows.stop(), [rows]);
  return rows;
}
