import { errors } from 'undici';
import { UpstreamError } from './upstream-error.js';

/** @param hasTimedOut whether the request was aborted by its own timeout */
export function toUpstreamError(cause: unknown, hasTimedOut: boolean): UpstreamError {
  if (cause instanceof UpstreamError) return cause;
  if (
    cause instanceof errors.InvalidArgumentError ||
    cause instanceof errors.NotSupportedError ||
    isInvalidUrl(cause)
  ) {
    return new UpstreamError('rejected', { note: 'It cannot be sent over HTTP as it is.' }, { cause });
  }
  const isTimeout =
    hasTimedOut ||
    cause instanceof errors.HeadersTimeoutError ||
    cause instanceof errors.BodyTimeoutError ||
    cause instanceof errors.ConnectTimeoutError;
  return new UpstreamError(isTimeout ? 'timeout' : 'unavailable', {}, { cause });
}

function isInvalidUrl(error: unknown): boolean {
  return error instanceof TypeError && (error as NodeJS.ErrnoException).code === 'ERR_INVALID_URL';
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** True if no byte of the request left this machine, so that any request can be sent again. */
export function wasNeverSent({ cause }: UpstreamError): boolean {
  const { code, syscall } = (cause ?? {}) as { code?: unknown; syscall?: unknown };
  return typeof code === 'string' && (NEVER_CONNECTED.has(code) || (code === 'ETIMEDOUT' && syscall === 'connect'));
}
