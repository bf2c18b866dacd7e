import { useEffect, useReducer, useState } from 'react';
import type { LoadedItems } from '../load/loaded-items.js';
import { RowOrder, type RowWish } from './row-order.js';

/** @param wish the same object for as long as it means the same. @param version another one whenever something was loaded. */
export function useRowOrder(items: LoadedItems, wish: RowWish, version: unknown): RowOrder {
  const [, changed] = useReducer((count: number) => count + 1, 0);
  const [rows] = useState(() => new RowOrder(items, changed));
  useEffect(() => rows.update(wish), [rows, wish, version]);
  useEffect(() => () => rows.stop(), [rows]);
  return rows;
}
