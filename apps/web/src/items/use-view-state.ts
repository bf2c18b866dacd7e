import { useDeferredValue, useMemo, useState } from 'react';
import { usePageParams } from '../routing/search-params.js';
import type { LoadedItems } from './load/loaded-items.js';
import { useColumnSelection } from './view/use-column-selection.js';
import { columnsOf, defaultColumns, type Column } from './view/columns.js';
import type { RowQuery } from './view/row-order.js';

/** How the loaded items are filtered, sorted and shown: from the address, and the columns from the browser's storage. */
export interface ViewState {
  /** Empty: all. */
  types: string[];
  text: string;
  place: string | null;
  sort: { column: string; descending: boolean } | null;
  columns: Column[];
  visibleColumns: Column[];
  selectColumns: (ids: string[] | null) => void;
  query: RowQuery;
}

export function useViewState(integration: string, items: LoadedItems): ViewState {
  const { show, find, in: place, sort: sortParam } = usePageParams();
  const types = useMemo(() => (show ?? '').split(',').filter(Boolean), [show]);
  const text = find ?? '';
  const deferredText = useDeferredValue(text);
  const loadedTypes = [...items.countsByType].filter(([, count]) => count > 0).map(([type]) => type);
  const shownTypes = types.length > 0 ? types.filter((type) => loadedTypes.includes(type)) : loadedTypes;

  const columns = columnsOf(items, shownTypes);
  const [selectedIds, selectColumns] = useColumnSelection(`${integration} ${[...types].sort().join()}`);
  // The default columns do not change with every row: moving columns cannot be read.
  const key = `${shownTypes.join()} ${items.rows.length > 0}`;
  const [defaults, setDefaults] = useState({ key: '', ids: ['name'] });
  if (defaults.key !== key) setDefaults({ key, ids: defaultColumns(items, columns, shownTypes) });
  const visibleColumns = (selectedIds ?? defaults.ids).flatMap(
    (id) => columns.find((column) => column.id === id) ?? [],
  );

  const sort = useMemo(
    () => (sortParam ? { column: sortParam.replace(/^-/, ''), descending: sortParam.startsWith('-') } : null),
    [sortParam],
  );
  const query = useMemo((): RowQuery => {
    // `items` is the same object while its rows change. A column that is sorted by existed when it was selected.
    const column = sort && columnsOf(items, [...items.properties.keys()]).find(({ id }) => id === sort.column);
    return { types, text: deferredText, place, sort: column && sort ? { ...sort, keyOf: column.keyOf } : null };
  }, [types, deferredText, place, sort, items]);
  return { types, text, place, sort, columns, visibleColumns, selectColumns, query };
}
