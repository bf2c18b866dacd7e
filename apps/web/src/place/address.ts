import { useSyncExternalStore } from 'react';
import { CHANGED, subscribe } from './place.js';

/** The page of the app that a person is on. */
export const usePath = (): string => useSyncExternalStore(subscribe, () => window.location.pathname);

export function useParameters(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(subscribe, () => window.location.search));
}

/** `push` makes a step that the back button undoes. An empty value is none. */
export function changeParameters(change: Record<string, string | null>, how: 'push' | 'replace'): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  go(url, how);
}

/** To another page of the app, without loading it anew. */
export function goTo(href: string): void {
  go(new URL(href, window.location.href), 'push');
  window.scrollTo(0, 0);
}

function go(url: URL, how: 'push' | 'replace'): void {
  if (url.href === window.location.href) return;
  if (how === 'push') window.history.pushState(null, '', url);
  else window.history.replaceState(null, '', url);
  window.dispatchEvent(new Event(CHANGED));
}
