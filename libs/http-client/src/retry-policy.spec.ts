import { backoffMs, isRetryable, streamRetryReason } from './retry-policy.js';
import { UpstreamError, type FailureReason } from './upstream-error.js';

describe('isRetryable', () => {
  it.each(['unauthorized', 'forbidden', 'missing', 'cursor-expired', 'rejected', 'quota-exhausted'] as const)(
    'is false for %s, which does not pass by itself',
    (reason) => {
      expect(isRetryable(new UpstreamError(reason), true)).toBe(false);
    },
  );

  it.each<[FailureReason, boolean]>([
    ['rate-limited', true],
    ['unavailable', false],
    ['timeout', false],
    ['malformed', false],
  ])('for a request that must not be sent twice and met %s: %p', (reason, retryable) => {
    expect(isRetryable(new UpstreamError(reason), false)).toBe(retryable);
    expect(isRetryable(new UpstreamError(reason), true)).toBe(true);
  });

  it('is true for any request that never left', () => {
    const cause = Object.assign(new Error(), { code: 'ECONNREFUSED' });
    expect(isRetryable(new UpstreamError('unavailable', {}, { cause }), false)).toBe(true);
  });
});

describe('streamRetryReason', () => {
  it.each<[string, number, boolean, string | undefined]>([
    ['POST', 429, false, 'rate-limited'],
    ['POST', 503, true, 'unavailable'],
    ['POST', 503, false, undefined],
    ['PUT', 504, false, undefined],
    ['GET', 503, false, 'unavailable'],
    ['GET', 529, false, undefined],
    ['GET', 529, true, 'unavailable'],
    ['GET', 500, true, undefined],
    ['GET', 200, false, undefined],
  ])('reads the response of %s with %i, which says when to retry: %p, as %p', (method, status, saysWhen, reason) => {
    expect(streamRetryReason({ status }, method, saysWhen)).toBe(reason);
  });
});

it('the backoff doubles with each try up to five seconds, and is anything between that and zero', () => {
  expect([1, 2, 3, 4, 5, 6].map((tries) => backoffMs(tries, 1))).toEqual([400, 800, 1_600, 3_200, 5_000, 5_000]);
  expect(backoffMs(3, 0)).toBe(0);
});
