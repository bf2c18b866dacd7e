import { useMemo, useSyncExternalStore } from 'react';

const KEYS = [
  'org',
  'user',
  'integration',
  'connection',
  /** What of the items is loaded: types with commas, and the item that they are in. */
  'load',
  'parent',
  /** What of the loaded items is shown: types with commas, words, the item that is looked into, and a column, `-` before it: downwards. */
  'show',
  'find',
  'in',
  'sort',
  /** The item whose details are open, as `<type> <id>`. */
  'item',
] as const;

/** Where in the app a person is, as the address says it: a reload and a shared link come back here. */
export type Place = Record<(typeof KEYS)[number], string | null>;

/** With another account goes what was looked at in the one before. */
export const NOTHING_LOOKED_AT = {
  ...{ load: null, parent: null },
  ...{ show: null, find: null, in: null, sort: null, item: null },
} satisfies Partial<Place>;

/** Tells of a new address in the same page. */
export const CHANGED = 'causeway:place';

export function usePlace(): Place {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  return useMemo(() => {
    const parameters = new URLSearchParams(search);
    return Object.fromEntries(KEYS.map((key) => [key, parameters.get(key)])) as Place;
  }, [search]);
}

/** `push` makes a step that the back button undoes. */
export function changePlace(change: Partial<Place>, how: 'push' | 'replace'): void {
  const url = new URL(window.location.href);
  for (const key of KEYS) {
    const value = change[key];
    if (value === null || value === '') url.searchParams.delete(key);
    else if (value !== undefined) url.searchParams.set(key, value);
  }
  if (url.href === window.location.href) return;
  if (how === 'push') window.history.pushState(null, '', url);
  else window.history.replaceState(null, '', url);
  window.dispatchEvent(new Event(CHANGED));
}

export function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(CHANGED, listener);
  };
}
