import { backoffMs, isRetryable, parseRetryAfter, streamRetryReason } from './retry-policy.js';
import { UpstreamError, type FailureReason } from './upstream-error.js';

const NOW = Date.UTC(2026, 10, 20, 12);

describe('parseRetryAfter', () => {
  it.each([
    [undefined, undefined],
    ['0', 0],
    ['30', 30_000],
    ['1.5', 1_500],
    [new Date(NOW + 90_000).toUTCString(), 90_000],
    [new Date(NOW - 90_000).toUTCString(), 0],
    ['soon', undefined],
    ['', undefined],
  ])('reads %p as %p', (header, ms) => {
    expect(parseRetryAfter(header, NOW)).toBe(ms);
  });
});

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
  it.each<[number, Record<string, string>, string | undefined]>([
    [429, {}, 'rate-limited'],
    [503, { 'retry-after': '1' }, 'unavailable'],
    [503, {}, undefined],
    [500, { 'retry-after': '1' }, undefined],
    [200, {}, undefined],
  ])('reads %i with %j as %p', (status, headers, reason) => {
    expect(streamRetryReason({ status, headers })).toBe(reason);
  });
});

it('the backoff doubles with each try up to five seconds, and is anything between that and zero', () => {
  expect([1, 2, 3, 4, 5, 6].map((tries) => backoffMs(tries, 1))).toEqual([400, 800, 1_600, 3_200, 5_000, 5_000]);
  expect(backoffMs(3, 0)).toBe(0);
});
