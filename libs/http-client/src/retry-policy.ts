import type { ResponseHead } from './http-message.js';
import { wasNeverSent } from './transport-error.js';
import type { FailureReason, UpstreamError } from './upstream-error.js';

export const MAX_TRIES = 4;
const BACKOFF_BASE_MS = 200;
const BACKOFF_CAP_MS = 5_000;

/**
 * Responses that are read are retried by their reason (`classify.ts`: every 5xx is `unavailable`). Streamed responses are retried only after
 * what `streamRetryReason` names: the caller may want to see any other error itself.
 */
const RETRYABLE_REASONS: ReadonlySet<FailureReason> = new Set(['rate-limited', 'unavailable', 'timeout', 'malformed']);

/** RFC 9110, 9.2.2: sending the same request twice has the same effect as sending it once. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** RFC 9110, 9.2.1: sending the request has no effect. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Retried if the response says when. */
const STATUSES_WITH_HINT: ReadonlySet<number> = new Set([423, 425, 477, 503, 529]);

/** A gateway's: they say nothing about the request, unlike a 500. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}

/**
 * @param repeatable whether sending the request twice does no harm. Another one is sent again only if the provider has certainly not acted on
 * it: after a timeout or a cut connection it may have.
 */
export function isRetryable(failure: UpstreamError, repeatable: boolean): boolean {
  return (
    RETRYABLE_REASONS.has(failure.reason) && (repeatable || failure.reason === 'rate-limited' || wasNeverSent(failure))
  );
}

/**
 * Why a streamed response should be retried; `undefined` if it goes to the caller, whatever its status.
 * @param saysWhen whether it has a `Retry-After` that can be read
 */
export function streamRetryReason(
  { status }: Pick<ResponseHead, 'status'>,
  method: string,
  saysWhen: boolean,
): 'rate-limited' | 'unavailable' | undefined {
  if (status === 429) return 'rate-limited';
  const isTransient = SAFE.has(method) && GATEWAY_STATUSES.has(status);
  return isTransient || (saysWhen && STATUSES_WITH_HINT.has(status)) ? 'unavailable' : undefined;
}

/** Exponential, with full jitter. */
export function backoffMs(tries: number, random: number): number {
  return random * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** tries);
}
