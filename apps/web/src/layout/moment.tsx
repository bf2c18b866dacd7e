import { texts } from '../texts.js';

const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time of the service in the reader's language and zone. */
export function Moment({ time, missing = texts.values.none }: { time: string | null; missing?: string }) {
  if (time === null) return missing;
  const date = new Date(time);
  // A provider's own texts may be no times.
  return Number.isNaN(date.getTime()) ? time : <time dateTime={time}>{short.format(date)}</time>;
}
