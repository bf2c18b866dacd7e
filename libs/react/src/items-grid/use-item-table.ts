'use client';

import { useDeferredValue, useMemo, useState } from 'react';
import type { IntegrationDetails } from '@causeway/client';
import { defaultItemColumns, itemColumns, type ItemColumn } from '../items/item-columns.js';
import type { LoadedItems } from '../items/loaded-items.js';
import type { ItemQuery } from '../items/row-order.js';
import { useColumnLayout } from './use-column-layout.js';

/** What the user has chosen, as a page may keep it in its address. */
export interface ItemTableView {
  /** The id of a column, descending after a `-`. */
  sort: string | null;
  /** The ids of the visible columns, in their order; empty: those of the last visit, or the default ones. */
  columns: string[];
}

export interface ItemTableOptions {
  /** The types that are shown; empty: all. */
  types?: readonly string[];
  /** What is searched for. */
  text?: string;
  /** Of the item whose loaded children are shown; `null`: all. */
  place?: string | null;
  /** Of what was opened to get to these items, by their places. */
  parentNames?: ReadonlyMap<string, string>;
  /** Pixels for the default columns. */
  width?: number;
  /** Without it, the hook keeps the view. */
  view?: ItemTableView | undefined;
  onViewChange?: (changes: Partial<ItemTableView>) => void;
}

/** What `ItemsGrid` shows, and `query` for `useItemOrder`. */
export type ItemTable = ReturnType<typeof useItemTable>;

/** The columns of loaded items, and how they are filtered and sorted. The browser keeps the columns and their widths for each kind of list. */
export function useItemTable(
  { id: integration, itemTypeDetails }: IntegrationDetails,
  items: LoadedItems,
  options: ItemTableOptions = {},
) {
  const { types: selected = [], text = '', place = null, parentNames, width = 900 } = options;
  const [ownView, setOwnView] = useState<ItemTableView>({ sort: null, columns: [] });
  const view = options.view ?? ownView;
  const changeView = options.onViewChange ?? ((changes) => setOwnView((before) => ({ ...before, ...changes })));
  const deferredText = useDeferredValue(text);
  const shownTypes = itemTypeDetails.filter(
    ({ type }) => (selected.length === 0 || selected.includes(type)) && (items.countsByType.get(type) ?? 0) > 0,
  );
  const shownNames = shownTypes.map(({ type }) => type).join();

  const columns = itemColumns(items, shownTypes, parentNames && { parentNames });
  const [layout, changeLayout] = useColumnLayout(`${integration} ${shownNames}`);
  // The default columns do not change with every row: moving columns cannot be read.
  const key = `${shownNames} ${place}`;
  const [defaults, setDefaults] = useState({ items, key: '', ids: ['name'] });
  if (defaults.items !== items || defaults.key !== key)
    setDefaults({ items, key, ids: defaultItemColumns(items, columns, shownTypes, width) });
  const ids = view.columns.length > 0 ? view.columns : (layout.ids ?? defaults.ids);
  const visibleColumns = ids.flatMap((id): ItemColumn | [] => columns.find((column) => column.id === id) ?? []);

  const sortParam = view.sort;
  const sort = useMemo(
    () => (sortParam ? { column: sortParam.replace(/^-/, ''), descending: sortParam.startsWith('-') } : null),
    [sortParam],
  );
  const types = selected.join();
  const query = useMemo((): ItemQuery => {
    // `items` is the same object while its rows change: a column exists from its first item on.
    const column = sort && itemColumns(items, itemTypeDetails).find(({ id }) => id === sort.column);
    return {
      types: types.split(',').filter(Boolean),
      text: deferredText,
      place,
      sort: column && sort ? { ...sort, keyOf: column.keyOf } : null,
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `shownNames` changes when the first items with the column arrive
  }, [types, deferredText, place, sort, items, itemTypeDetails, shownNames]);
  return {
    query,
    sort,
    /** Ascending, descending, unsorted. */
    sortBy: (column: string) =>
      changeView({ sort: sort?.column !== column ? column : sort.descending ? null : `-${column}` }),
    /** All that the items can have. */
    columns,
    visibleColumns,
    /** `null`: the default ones. */
    selectColumns: (next: string[] | null) => {
      changeLayout({ ids: next });
      changeView({ columns: next ?? [] });
    },
    /** In pixels, by the id of the column. */
    widths: layout.widths,
    resizeColumn: (id: string, pixels: number) => changeLayout({ widths: { ...layout.widths, [id]: pixels } }),
  };
}
