import { useSyncExternalStore } from 'react';
import { texts } from './texts.js';

const UNITS = [
  ['year', 365 * 24 * 3600],
  ['month', 30 * 24 * 3600],
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
] as const;

const MINUTE = UNITS[4];

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** The tooltip has the absolute time. */
export function RelativeTime({ time, missing = texts.none }: { time: string | null; missing?: string }) {
  const now = useNow();
  if (time === null) return missing;
  const date = new Date(time);
  return (
    <time dateTime={time} title={absolute.format(date)}>
      {format((date.getTime() - now) / 1000)}
    </time>
  );
}

function format(seconds: number): string {
  // Up to four months are shown in days, which are more precise.
  const [unit, size] =
    UNITS.find(([unit, size]) => Math.abs(seconds) >= (unit === 'month' ? 4 * size : size)) ?? MINUTE;
  return relative.format(Math.trunc(seconds / size), unit);
}

const INTERVAL_MS = 20_000;

const listeners = new Set<() => void>();
let now = Date.now();
let timer: number | undefined;

/** The time in milliseconds, updated every 20 s by one timer for all components. */
const useNow = (): number => useSyncExternalStore(subscribe, () => now);

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = window.setInterval(tick, INTERVAL_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}
