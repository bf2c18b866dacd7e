import { texts } from '../texts.js';

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** In the user's language and time zone. A provider's text that is no time stays as it is. */
export function formatDateTime(time: string | null): string | null {
  if (time === null) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : format.format(date);
}

export function DateTime({ time, missing = texts.values.none }: { time: string | null; missing?: string }) {
  return time === null ? missing : <time dateTime={time}>{formatDateTime(time)}</time>;
}
