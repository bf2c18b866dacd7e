import type { FailureReason, UpstreamError } from '@causeway/http-client';

const OUTAGES: ReadonlySet<FailureReason> = new Set([
  'unavailable',
  'timeout',
  'rate-limited',
  'quota-exhausted',
  'stopping',
]);

/** Whether it passes by itself, and says nothing about what was asked for. */
export function isOutage({ reason }: UpstreamError): boolean {
  return OUTAGES.has(reason);
}
