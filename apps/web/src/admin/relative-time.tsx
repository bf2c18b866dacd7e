import { useSyncExternalStore } from 'react';
import { Chip } from '@mui/material';
import { texts } from './texts.js';

const UNITS = ['year', 'day', 'hour', 'minute'] as const;
const SECONDS = { year: 365 * 24 * 3600, day: 24 * 3600, hour: 3600, minute: 60 };

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

type RelativeTimeProps = { time: string | null; missing?: string; past?: string };

/** The tooltip has the absolute time. @param past in place of a time that has passed */
export function RelativeTime({ time, missing = texts.none, past }: RelativeTimeProps) {
  const now = useNow();
  if (time === null) return missing;
  const date = new Date(time);
  if (past !== undefined && date.getTime() <= now) return <Chip color="warning" label={past} />;
  return (
    <time dateTime={time} title={absolute.format(date)}>
      {format((date.getTime() - now) / 1000)}
    </time>
  );
}

export const ExactTime = ({ time }: { time: string }) => <time dateTime={time}>{absolute.format(new Date(time))}</time>;

function format(seconds: number): string {
  const unit = UNITS.find((one) => Math.abs(seconds) >= SECONDS[one]) ?? 'minute';
  const amount = seconds / SECONDS[unit];
  // What was to last 90 days when it was made a moment ago is "in 90 days".
  return relative.format(amount > 0 ? Math.round(amount) : Math.trunc(amount), unit);
}

const INTERVAL_MS = 20_000;

/** The time in milliseconds, of which nobody sees less than a minute. */
const useNow = (): number => useSyncExternalStore(subscribe, () => Math.floor(Date.now() / INTERVAL_MS) * INTERVAL_MS);

function subscribe(listener: () => void): () => void {
  const timer = window.setInterval(listener, INTERVAL_MS);
  return () => window.clearInterval(timer);
}
