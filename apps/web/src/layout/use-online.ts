import { useSyncExternalStore } from 'react';

/** Whether this computer has a network. A service on the same computer responds even without one. */
export const useOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine);

function subscribe(listener: () => void): () => void {
  const controller = new AbortController();
  for (const event of ['online', 'offline']) window.addEventListener(event, listener, { signal: controller.signal });
  return () => controller.abort();
}
