import { useNow } from './clock.js';
import { texts } from './texts.js';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 24 * 3600],
  ['month', 30 * 24 * 3600],
  // As long as days say more than months.
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
];

const SMALLEST = ['minute', 60] as const;

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** How long ago, or how soon, with the time itself at hand. */
export function Ago({ time, missing = texts.none }: { time: string | null; missing?: string }) {
  const now = useNow();
  if (time === null) return missing;
  const date = new Date(time);
  return (
    <time dateTime={time} title={exact.format(date)}>
      {inWords(date.getTime() - now)}
    </time>
  );
}

function inWords(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const [unit, size] = UNITS.find(([unit, size]) => Math.abs(seconds) >= (unit === 'month' ? 4 : 1) * size) ?? SMALLEST;
  return relative.format(Math.trunc(seconds / size), unit);
}
