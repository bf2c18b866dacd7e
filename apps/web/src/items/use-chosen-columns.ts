import { useState } from 'react';

const KEY = 'causeway:columns';

/** Which columns this browser was told to show, for each kind of list. `null`: the usual ones. */
export function useChosenColumns(list: string): [string[] | null, (ids: string[] | null) => void] {
  const [all, setAll] = useState(read);
  const choose = (ids: string[] | null) => {
    const { [list]: _, ...others } = all;
    const next = ids === null ? others : { ...others, [list]: ids };
    setAll(next);
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // Full or forbidden: it is forgotten with the page.
    }
  };
  return [all[list] ?? null, choose];
}

function read(): Record<string, string[]> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    const isIds = (ids: unknown) => Array.isArray(ids) && ids.every((id) => typeof id === 'string');
    return Object.fromEntries(Object.entries(kept).filter(([, ids]) => isIds(ids)));
  } catch {
    return {};
  }
}
