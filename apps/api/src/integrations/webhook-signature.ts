import { createHmac, timingSafeEqual, type BinaryToTextEncoding } from 'node:crypto';

const MAX_AGE_MS = 5 * 60_000;
/** The provider's clock may be ahead. */
const MAX_AHEAD_MS = 60_000;

/** HMAC-SHA256 of the parts as one text. */
export function hmac(
  secret: string | Buffer,
  parts: readonly (string | Buffer)[],
  encoding: BinaryToTextEncoding,
): string {
  const digest = createHmac('sha256', secret);
  for (const part of parts) digest.update(part);
  return digest.digest(encoding);
}

/** In constant time for a signature of the right length. No other spelling of the same bytes is accepted. */
export function isSignature(given: string | undefined, expected: string): boolean {
  if (given === undefined) return false;
  const [actual, wanted] = [Buffer.from(given), Buffer.from(expected)];
  return actual.length === wanted.length && timingSafeEqual(actual, wanted);
}

/**
 * Whether a signed time is recent enough: a signature stays right for ever, so whoever sees one could send the request again later.
 * @param time digits only, as providers send it
 * @param unitMs what it counts, in milliseconds
 */
export function isRecent(time: string | undefined, unitMs: number, receivedAt: number): time is string {
  if (time === undefined || !/^\d{1,16}$/.test(time)) return false;
  const ageMs = receivedAt - Number(time) * unitMs;
  return ageMs <= MAX_AGE_MS && ageMs >= -MAX_AHEAD_MS;
}
