import { useDeferredValue, useMemo, useState } from 'react';
import { usePlace } from '../place/place.js';
import type { LoadedItems } from './load/loaded-items.js';
import { columnsOf, usualColumns, type Column } from './view/columns.js';
import type { RowWish } from './view/row-order.js';
import { useChosenColumns } from './use-chosen-columns.js';

/** How the loaded items are looked at, as the address and this browser remember it. */
export interface Look {
  /** Types that are shown; none: all. */
  types: string[];
  text: string;
  within: string | null;
  sort: { column: string; descending: boolean } | null;
  /** All that these types can show. */
  columns: Column[];
  shown: Column[];
  chooseColumns: (ids: string[] | null) => void;
  wish: RowWish;
}

export function useLook(integration: string, items: LoadedItems): Look {
  const place = usePlace();
  const show = place.show ?? '';
  const types = useMemo(() => show.split(',').filter(Boolean), [show]);
  const text = useDeferredValue(place.find ?? '');
  const sortText = place.sort ?? '';
  const present = [...items.countsByType].filter(([, count]) => count > 0).map(([type]) => type);
  const ofTypes = types.length > 0 ? types.filter((type) => present.includes(type)) : present;

  const columns = columnsOf(items, ofTypes);
  const [chosen, chooseColumns] = useChosenColumns(`${integration} ${[...types].sort().join()}`);
  // Not with every row that comes: columns that wander cannot be read.
  const kind = `${ofTypes.join()} ${items.rows.length > 0}`;
  const [usual, setUsual] = useState({ kind: '', ids: ['name'] });
  if (usual.kind !== kind) setUsual({ kind, ids: usualColumns(items, columns, ofTypes) });
  const ids = chosen ?? usual.ids;
  const shown = ids.flatMap((id) => columns.find((column) => column.id === id) ?? []);

  const within = place.in;
  const wish = useMemo((): RowWish => {
    const id = sortText.replace(/^-/, '');
    const column = id === '' ? undefined : columnsOf(items, [...items.properties.keys()]).find((one) => one.id === id);
    const sort = column === undefined ? null : { keyOf: column.keyOf, descending: sortText.startsWith('-') };
    return { types, text, within, sort };
    // What there is to sort by changes with what is loaded, but a column that is sorted by was there when it was chosen.
  }, [types, text, within, sortText, items]);
  const sort = sortText === '' ? null : { column: sortText.replace(/^-/, ''), descending: sortText.startsWith('-') };
  return { types, text: place.find ?? '', within, sort, columns, shown, chooseColumns, wish };
}
