import { useState } from 'react';

const STORAGE_KEY = 'causeway:columns';

/**
 * The ids of the columns that the user selected for a kind of list, kept by the browser.
 * `null`: the default columns.
 */
export function useColumnSelection(list: string): [string[] | null, (ids: string[] | null) => void] {
  const [selections, setSelections] = useState(read);
  const select = (ids: string[] | null) => {
    const { [list]: _, ...others } = selections;
    const next = ids === null ? others : { ...others, [list]: ids };
    setSelections(next);
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(next));
    } catch {
      // The storage is full or forbidden: the selection lasts as long as the page.
    }
  };
  return [selections[list] ?? null, select];
}

function read(): Record<string, string[]> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    const isIds = (ids: unknown) => Array.isArray(ids) && ids.every((id) => typeof id === 'string');
    return Object.fromEntries(Object.entries(stored ?? {}).filter(([, ids]) => isIds(ids)));
  } catch {
    return {};
  }
}
