import { failureOf, retryAfterMs } from './failure.js';

const NOW = Date.UTC(2026, 10, 20, 12);

describe('failureOf', () => {
  it.each([
    [200, undefined],
    [204, undefined],
    [301, 'rejected'],
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'missing'],
    [408, 'unavailable'],
    [410, 'missing'],
    [422, 'rejected'],
    [423, 'unavailable'],
    [425, 'unavailable'],
    [477, 'unavailable'],
    [429, 'rate-limited'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [529, 'unavailable'],
  ])('reads %i as %s', (status, reason) => {
    expect(failureOf({ status, headers: {}, body: {} })?.reason).toBe(reason);
  });
});

describe('retryAfterMs', () => {
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
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});
