import type { ResponseHead } from './http-message.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const CLOCK = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;
/** RFC 9110, 5.6.7: the preferred form, and the two obsolete ones that recipients have to read. */
const HTTP_DATES = [
  new RegExp(String.raw`^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) ${CLOCK} GMT$`),
  new RegExp(String.raw`^[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) ${CLOCK} GMT$`),
  new RegExp(String.raw`^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) ${CLOCK} (?<year>\d{4})$`),
];

/** No provider documents a longer wait; without a bound, a faulty header would block an account for years. */
const MAX_MS = 24 * 60 * 60_000;

/**
 * How long a response asks to wait, in milliseconds. A date is read by the provider's own clock, which its `Date` header shows.
 * @returns `undefined` where `Retry-After` is absent, or not as in RFC 9110, 10.2.3
 */
export function retryAfterOf(headers: ResponseHead['headers'], now: number): number | undefined {
  const text = headerOf(headers, 'retry-after')?.trim();
  if (text === undefined) return undefined;
  const seconds = parseSeconds(text);
  if (seconds !== undefined) return seconds;
  const until = parseHttpDate(text, now);
  if (until === undefined) return undefined;
  const providerNow = parseHttpDate(headerOf(headers, 'date')?.trim() ?? '', now);
  // A past date by this machine's clock may be a future one by the provider's.
  if (providerNow === undefined && until < now) return undefined;
  return Math.min(Math.max(until - (providerNow ?? now), 0), MAX_MS);
}

/** Whole seconds, as a text or a number. @returns milliseconds; `undefined` for anything else */
export function parseSeconds(value: unknown): number | undefined {
  const isWhole = typeof value === 'number' ? Number.isInteger(value) && value >= 0 : /^\d+$/.test(String(value));
  if (!isWhole || (typeof value !== 'number' && typeof value !== 'string')) return undefined;
  return Math.min(Number(value) * 1000, MAX_MS);
}

/** The first one, of a header that came more than once. */
export function headerOf(headers: ResponseHead['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function parseHttpDate(text: string, now: number): number | undefined {
  const parts = HTTP_DATES.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const [day, year, hour, minute, second] = ['day', 'year', 'hour', 'minute', 'second'].map((name) =>
    Number(parts[name]),
  ) as [number, number, number, number, number];
  const month = MONTHS.indexOf(parts['month'] ?? '');
  const isDate = month >= 0 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second <= 60;
  return isDate ? Date.UTC(fullYear(year, now), month, day, hour, minute, second) : undefined;
}

/** RFC 9110, 5.6.7: two digits that seem to be more than 50 years ahead are of the past century. */
function fullYear(year: number, now: number): number {
  if (year > 99) return year;
  const thisYear = new Date(now).getUTCFullYear();
  const inThisCentury = thisYear - (thisYear % 100) + year;
  return inThisCentury > thisYear + 50 ? inThisCentury - 100 : inThisCentury;
}
