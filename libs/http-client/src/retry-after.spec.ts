import { parseSeconds, retryAfterOf } from './retry-after.js';

const NOW = Date.UTC(2026, 10, 20, 12);
const at = (ms: number) => new Date(NOW + ms).toUTCString();
const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;

describe('retryAfterOf', () => {
  it.each([
    ['0', 0],
    ['30', 30_000],
    [' 30 ', 30_000],
    ['99999999999999999999', DAY_MS],
    [at(90_000), 90_000],
    ['Friday, 20-Nov-26 12:01:30 GMT', 90_000],
    ['Fri Nov 20 12:01:30 2026', 90_000],
    ['Tue Dec  1 12:01:30 2026', DAY_MS],
    ['Friday, 20-Nov-99 12:01:30 GMT', undefined],
    [at(-90_000), undefined],
    ['Sat, 20 Nov 2027 12:00:00 GMT', DAY_MS],
    ['-1', undefined],
    ['+5', undefined],
    ['5,5', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['5 s', undefined],
    ['soon', undefined],
    ['', undefined],
    ['2026-11-20T12:01:30Z', undefined],
    ['Fri, 20 Nov 2026 12:01:30 UTC', undefined],
    ['Fri, 20 Nov 2026 12:01:30 +0000', undefined],
    ['Fri, 20 Non 2026 12:01:30 GMT', undefined],
    ['Fri, 20 Nov 2026 25:01:30 GMT', undefined],
    ['1795206050', DAY_MS],
  ])('reads %p as %p', (text, ms) => {
    expect(retryAfterOf({ 'retry-after': text }, NOW)).toBe(ms);
  });

  it('is undefined without the header, and reads the first of several', () => {
    expect(retryAfterOf({}, NOW)).toBeUndefined();
    expect(retryAfterOf({ 'retry-after': ['7', '9'] }, NOW)).toBe(7_000);
  });

  it.each([
    ['runs behind', -3 * HOUR_MS],
    ['runs ahead', 3 * HOUR_MS],
  ])('reads a date relative to the Date of a provider whose clock %s', (_name, skewMs) => {
    expect(retryAfterOf({ 'retry-after': at(skewMs + 30_000), date: at(skewMs) }, NOW)).toBe(30_000);
    expect(retryAfterOf({ 'retry-after': at(skewMs - 30_000), date: at(skewMs) }, NOW)).toBe(0);
  });

  it('reads a date by its own clock where the Date is none', () => {
    expect(retryAfterOf({ 'retry-after': at(30_000), date: 'today' }, NOW)).toBe(30_000);
  });
});

it.each([
  [9, 9_000],
  ['9', 9_000],
  [0, 0],
  [1e12, DAY_MS],
  [null, undefined],
  [undefined, undefined],
  ['', undefined],
  ['-1', undefined],
  [-1, undefined],
  [NaN, undefined],
  [Infinity, undefined],
  [0.5, undefined],
  [true, undefined],
  [['9'], undefined],
  [{}, undefined],
])('parseSeconds reads %p as %p', (value, ms) => {
  expect(parseSeconds(value)).toBe(ms);
});
