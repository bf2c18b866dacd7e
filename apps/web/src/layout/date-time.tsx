import { formatDateTime } from '@causeway/react';
import { texts } from '../texts.js';

/** In the user's language and time zone. */
export function DateTime({ time, missing = texts.values.none }: { time: string | null; missing?: string }) {
  return time === null ? missing : <time dateTime={time}>{formatDateTime(time)}</time>;
}
