import { useNow } from './clock.js';
import { texts } from './texts.js';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 24 * 3600],
  ['month', 30 * 24 * 3600],
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
];

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
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['minute', 60];
  return relative.format(Math.trunc(seconds / size), unit);
}
