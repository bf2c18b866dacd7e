import type { HttpResponse } from './http-message.js';
import type { FailureReason } from './upstream-error.js';

export interface Failure {
  reason: FailureReason;
  /** The provider's own short code. */
  code?: string;
  /** Milliseconds until a call may work again, where the provider says so elsewhere than in `Retry-After`, which goes first. */
  retryAfterMs?: number;
}

/** A provider's own reading of an answer: a failure, `undefined` where the general reading by status is right. */
export type Classify = (answer: HttpResponse) => Failure | undefined;

/** Timeout, locked, too early, and an account on its way to another data centre (not in RFC 9110, seen at providers). */
const PASSING: ReadonlySet<number> = new Set([408, 423, 425, 477]);

/** The general reading of an HTTP answer; `undefined` is a success. */
export function failureOf(answer: HttpResponse): Failure | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  if (status === 401) return { reason: 'unauthorized' };
  if (status === 403) return { reason: 'forbidden' };
  if (status === 404 || status === 410) return { reason: 'missing' };
  if (status === 429) return { reason: 'rate-limited' };
  if (PASSING.has(status) || status >= 500) return { reason: 'unavailable' };
  return { reason: 'rejected' };
}

/** `Retry-After` is seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Math.ceil(Number(header) * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
