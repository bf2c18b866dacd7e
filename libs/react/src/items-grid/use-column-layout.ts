import { useState } from 'react';

const STORAGE_KEY = 'causeway:column-layouts';

/** What a user made of the columns of a kind of list: an integration and item types. */
interface ColumnLayout {
  /** Of the visible columns, in their order; `null`: the default ones. */
  ids: string[] | null;
  /** In pixels, by the id of the column. */
  widths: Record<string, number>;
}

/** Kept by the browser. */
export function useColumnLayout(list: string): [ColumnLayout, (changes: Partial<ColumnLayout>) => void] {
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

/** Nothing where there is no storage, as on a server. */
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
