import type { HttpResponse } from './http-message.js';
import type { FailureReason } from './upstream-error.js';

export interface Failure {
  reason: FailureReason;
  /** The provider's own error code. */
  code?: string | undefined;
  /** Milliseconds until a request may succeed, where the provider says so in the body; a `Retry-After` header takes precedence. */
  retryAfterMs?: number | undefined;
  /** The provider says that the access token has expired, where the status alone does not mean that. */
  hasExpired?: boolean | undefined;
  /** A sentence for people: what to do about this error code. Of the body it may hold names that were checked. */
  advice?: string | undefined;
}

/**
 * What the body of a provider's response adds to the default for its status: the error code, and a reason where the status does not
 * tell it. `undefined`: nothing.
 */
export type Classify = (response: HttpResponse) => Partial<Failure> | undefined;

/** The default for all providers. Other statuses of 500 and above are `unavailable`, other ones outside 2xx are `rejected`. */
const REASON_BY_STATUS: Partial<Record<number, FailureReason>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'missing',
  408: 'unavailable', // request timeout
  410: 'missing',
  423: 'unavailable', // locked
  425: 'unavailable', // too early
  429: 'rate-limited',
  477: 'unavailable', // not in RFC 9110: the account is being moved to another data center
};

/** @returns `undefined` for a success */
export function reasonOfStatus(status: number): FailureReason | undefined {
  if (status >= 200 && status < 300) return undefined;
  return REASON_BY_STATUS[status] ?? (status >= 500 ? 'unavailable' : 'rejected');
}

/** @returns `undefined` for a success */
export function failureOf(response: HttpResponse, classify: Classify): Failure | undefined {
  const classified = classify(response);
  const reason = classified?.reason ?? reasonOfStatus(response.status);
  return reason && { ...classified, reason };
}
