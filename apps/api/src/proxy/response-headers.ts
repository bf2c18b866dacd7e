import type { StreamedResponse } from '@causeway/http-client';
import { namedByConnection } from './hop-by-hop.js';

type Headers = StreamedResponse['headers'];

/**
 * What a program needs of a response. Any other header could make a browser, a proxy in front of this service or an HTTP client do, store or
 * trust something in the name of this service: `set-cookie`, `x-accel-redirect`, `link`, `www-authenticate`, `cache-control`.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  'accept-ranges',
  'allow',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'date',
  'deprecation',
  'digest',
  'etag',
  'last-modified',
  'location',
  'repr-digest',
  'retry-after',
  'sunset',
  'x-request-id',
]);

const ALLOWED_FAMILIES = /^(x-)?rate-?limit(-|$)/;

const LOCATIONS: ReadonlySet<string> = new Set(['location', 'content-location']);

/** Whatever a browser takes a response for, it can execute, load and send nothing as a document of this origin. */
export const SANDBOXED = { 'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox" };

/**
 * The headers of a provider's response that go to the caller.
 * @param own prefixes of the provider's own headers
 * @param rewriteLocation see `rewriteLocation`
 */
export function responseHeaders(
  headers: Headers,
  own: readonly string[],
  rewriteLocation: (location: string) => string | null,
): Record<string, string | string[]> {
  const named = namedByConnection(headers['connection']);
  const forwarded: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || named.has(name)) continue;
    const isAllowed = ALLOWED.has(name) || ALLOWED_FAMILIES.test(name) || own.some((prefix) => name.startsWith(prefix));
    if (!isAllowed) continue;
    const sent = !LOCATIONS.has(name) ? value : typeof value === 'string' ? rewriteLocation(value) : null;
    if (sent !== null) forwarded[name] = sent;
  }
  return forwarded;
}
