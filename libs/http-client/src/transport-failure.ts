import { errors } from 'undici';
import { UpstreamError } from './upstream-error.js';

/** What became of an exchange without an answer. */
export function asFailure(error: unknown, late: boolean): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError || isNoUrl(error)) {
    return new UpstreamError('rejected', { note: 'It cannot be sent over HTTP as it is.' }, { cause: error });
  }
  const timedOut =
    late ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError;
  return new UpstreamError(timedOut ? 'timeout' : 'unavailable', {}, { cause: error });
}

function isNoUrl(error: unknown): boolean {
  return error instanceof TypeError && (error as NodeJS.ErrnoException).code === 'ERR_INVALID_URL';
}

export function tooLarge(bytes: number): UpstreamError {
  return new UpstreamError('malformed', { note: `The answer is larger than ${Math.round(bytes / 1024 / 1024)} MB.` });
}

/** Nobody listens there, its name is unknown, no way leads there. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** True where not a byte of the request left this machine: it can be sent again whatever it does. */
export function wasNeverSent({ cause }: UpstreamError): boolean {
  const { code, syscall } = (cause ?? {}) as { code?: unknown; syscall?: unknown };
  return typeof code === 'string' && (NEVER_CONNECTED.has(code) || (code === 'ETIMEDOUT' && syscall === 'connect'));
}
