import { useSyncExternalStore } from 'react';

/** Where in the app a person is, as the address says it: a reload and a shared link come back here. */
export interface Place {
  org: string | null;
  user: string | null;
  integration: string | null;
}

const KEYS = ['org', 'user', 'integration'] as const;
/** Tells of a new address in the same page. */
export const CHANGED = 'causeway:place';

export function usePlace(): Place {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  const parameters = new URLSearchParams(search);
  const [org, user, integration] = KEYS.map((key) => parameters.get(key));
  return { org: org ?? null, user: user ?? null, integration: integration ?? null };
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
