import { useDeferredValue, useMemo, useState } from 'react';
import type { IntegrationDetails } from '@causeway/client';
import { setPageParams, usePageParams } from '../routing/search-params.js';
import type { LoadedItems } from './load/loaded-items.js';
import { useColumnLayout } from './view/column-layout.js';
import { columnsOf, defaultColumns, type Column } from './view/columns.js';
import type { RowQuery } from './view/row-order.js';

/** How the loaded items are filtered, sorted and shown: from the address, and the columns also from the browser's storage. */
export interface ViewState {
  text: string;
  sort: { column: string; descending: boolean } | null;
  columns: Column[];
  visibleColumns: Column[];
  /** `null`: the default ones. */
  selectColumns: (ids: string[] | null) => void;
  widths: Record<string, number>;
  resizeColumn: (id: string, width: number) => void;
  query: RowQuery;
}

/** Pixels beside the columns of a wide screen: the integrations, the links, and the space around. */
const BESIDE_COLUMNS = 360;

/**
 * @param selected the types that are shown; empty: all
 * @param place of the item whose loaded children are shown; `null`: all
 */
export function useViewState(
  { id: integration, itemTypeDetails }: IntegrationDetails,
  items: LoadedItems,
  selected: readonly string[],
  place: string | null,
): ViewState {
  const { find, sort: sortParam, column: columnParams } = usePageParams();
  const text = find ?? '';
  const deferredText = useDeferredValue(text);
  const shownTypes = itemTypeDetails.filter(
    ({ type }) => (selected.length === 0 || selected.includes(type)) && (items.countsByType.get(type) ?? 0) > 0,
  );
  const shownNames = shownTypes.map(({ type }) => type).join();

  const columns = columnsOf(items, shownTypes);
  const [layout, changeLayout] = useColumnLayout(`${integration} ${shownNames}`);
  // The default columns do not change with every row: moving columns cannot be read.
  const key = `${shownNames} ${place}`;
  const [defaults, setDefaults] = useState({ items, key: '', ids: ['name'] });
  if (defaults.items !== items || defaults.key !== key) {
    const width = document.documentElement.clientWidth - BESIDE_COLUMNS;
    setDefaults({ items, key, ids: defaultColumns(items, columns, shownTypes, width) });
  }
  const ids = columnParams.length > 0 ? columnParams : (layout.ids ?? defaults.ids);
  const visibleColumns = ids.flatMap((id) => columns.find((column) => column.id === id) ?? []);

  const sort = useMemo(
    () => (sortParam ? { column: sortParam.replace(/^-/, ''), descending: sortParam.startsWith('-') } : null),
    [sortParam],
  );
  const types = selected.join();
  const query = useMemo((): RowQuery => {
    // `items` is the same object while its rows change: a column exists from its first item on.
    const column = sort && columnsOf(items, itemTypeDetails).find(({ id }) => id === sort.column);
    return {
      types: types.split(',').filter(Boolean),
      text: deferredText,
      place,
      sort: column && sort ? { ...sort, keyOf: column.keyOf } : null,
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `shownNames` changes when the first items with the column arrive
  }, [types, deferredText, place, sort, items, itemTypeDetails, shownNames]);
  return {
    text,
    sort,
    columns,
    visibleColumns,
    selectColumns: (next) => {
      changeLayout({ ids: next });
      setPageParams({ column: next ?? [] }, { replace: true });
    },
    widths: layout.widths,
    resizeColumn: (id, width) => changeLayout({ widths: { ...layout.widths, [id]: width } }),
    query,
  };
}
