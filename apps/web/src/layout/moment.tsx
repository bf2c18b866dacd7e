import { texts } from '../texts.js';

const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time of the service in the reader's language and zone. A provider's own texts may be no times: they stay as they are. */
export function momentText(time: string | null): string | null {
  if (time === null) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : short.format(date);
}

export function Moment({ time, missing = texts.values.none }: { time: string | null; missing?: string }) {
  return time === null ? missing : <time dateTime={time}>{momentText(time)}</time>;
}
