import { useSyncExternalStore } from 'react';

const EVERY_MS = 20_000;

const listeners = new Set<() => void>();
let now = Date.now();
let ticking: number | undefined;

/** The time, in milliseconds; what shows it is shown anew now and then. One clock for the whole page. */
export const useNow = (): number => useSyncExternalStore(listen, () => now);

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (ticking === undefined) {
    now = Date.now();
    ticking = window.setInterval(() => {
      now = Date.now();
      for (const tell of listeners) tell();
    }, EVERY_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(ticking);
    ticking = undefined;
  };
}
