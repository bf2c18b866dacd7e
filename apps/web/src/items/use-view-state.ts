import { useDeferredValue, useMemo, useState } from 'react';
import type { IntegrationDetails } from '@causeway/client';
import { defaultItemColumns, itemColumns, type ItemColumn, type ItemQuery, type LoadedItems } from '@causeway/react';
import { setPageParams, usePageParams } from '../routing/search-params.js';

const STORAGE_KEY = 'causeway:column-layouts';

/** What a user made of the columns of a kind of list: an integration and item types. */
interface ColumnLayout {
  /** Of the visible columns, in their order; `null`: the default ones. */
  ids: string[] | null;
  /** In pixels, by the id of the column. */
  widths: Record<string, number>;
}

/** How the loaded items are filtered, sorted and shown: from the address, and the columns also from the browser's storage. */
export type ViewState = ReturnType<typeof useViewState>;

/** Pixels beside the columns of a wide screen: the integrations, the links, and the space around. */
const BESIDE_COLUMNS = 360;

/**
 * @param selected the types that are shown; empty: all
 * @param place of the item whose loaded children are shown; `null`: all
 * @param parentNames of the containers, by their places
 */
export function useViewState(
  { id: integration, itemTypeDetails }: IntegrationDetails,
  items: LoadedItems,
  selected: readonly string[],
  place: string | null,
  parentNames: ReadonlyMap<string, string>,
) {
  const { find, sort: sortParam, column: columnParams } = usePageParams();
  const text = find ?? '';
  const deferredText = useDeferredValue(text);
  const shownTypes = itemTypeDetails.filter(
    ({ type }) => (selected.length === 0 || selected.includes(type)) && (items.countsByType.get(type) ?? 0) > 0,
  );
  const shownNames = shownTypes.map(({ type }) => type).join();

  const columns = itemColumns(items, shownTypes, { parentNames });
  const [layout, changeLayout] = useColumnLayout(`${integration} ${shownNames}`);
  // The default columns do not change with every row: moving columns cannot be read.
  const key = `${shownNames} ${place}`;
  const [defaults, setDefaults] = useState({ items, key: '', ids: ['name'] });
  if (defaults.items !== items || defaults.key !== key) {
    const width = document.documentElement.clientWidth - BESIDE_COLUMNS;
    setDefaults({ items, key, ids: defaultItemColumns(items, columns, shownTypes, width) });
  }
  const ids = columnParams.length > 0 ? columnParams : (layout.ids ?? defaults.ids);
  const visibleColumns = ids.flatMap((id): ItemColumn | [] => columns.find((column) => column.id === id) ?? []);

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
    text,
    sort,
    /** Ascending, descending, unsorted. */
    sortBy: (column: string) => {
      const next = sort?.column !== column ? column : sort.descending ? null : `-${column}`;
      setPageParams({ sort: next }, { replace: true });
    },
    columns,
    visibleColumns,
    /** `null`: the default ones. */
    selectColumns: (next: string[] | null) => {
      changeLayout({ ids: next });
      setPageParams({ column: next ?? [] }, { replace: true });
    },
    widths: layout.widths,
    resizeColumn: (id: string, width: number) => changeLayout({ widths: { ...layout.widths, [id]: width } }),
    query,
  };
}

/** Kept by the browser. */
function useColumnLayout(list: string): [ColumnLayout, (changes: Partial<ColumnLayout>) => void] {
  const [layouts, setLayouts] = useState(readLayouts);
  const layout: ColumnLayout = { ids: null, widths: {}, ...layouts[list] };
  const change = (changes: Partial<ColumnLayout>) => {
    const next = { ...layouts, [list]: { ...layout, ...changes } };
    setLayouts(next);
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(next));
    } catch {
      // The storage is full or forbidden: the layout lasts as long as the page.
    }
  };
  return [layout, change];
}

function readLayouts(): Record<string, ColumnLayout> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    return Object.fromEntries(Object.entries(stored ?? {}).filter(([, layout]) => isLayout(layout)));
  } catch {
    return {};
  }
}

function isLayout(value: unknown): value is ColumnLayout {
  const { ids, widths } = (value ?? {}) as Record<string, unknown>;
  return (
    (ids === null || (Array.isArray(ids) && ids.every((id) => typeof id === 'string'))) &&
    typeof widths === 'object' &&
    Object.values(widths ?? {}).every(Number.isFinite)
  );
}
