import type { StreamedResponse } from '@causeway/http-client';
import { isHopByHop, namedByConnection } from './hop-by-hop.js';

type Headers = StreamedResponse['headers'];

/**
 * Headers by which a provider could make a browser do, store or trust something in the name of this service. `cache-control` and its kin
 * are among them: a response with a user's data must not be stored.
 */
const REMOVED: ReadonlySet<string> = new Set([
  'set-cookie',
  'set-cookie2',
  'set-login',
  'strict-transport-security',
  'public-key-pins',
  'expect-ct',
  'x-content-type-options',
  'x-frame-options',
  'x-xss-protection',
  'x-permitted-cross-domain-policies',
  'x-dns-prefetch-control',
  'referrer-policy',
  'feature-policy',
  'clear-site-data',
  'alt-svc',
  'alt-used',
  'refresh',
  'sourcemap',
  'x-sourcemap',
  'speculation-rules',
  'service-worker-allowed',
  'supports-loading-mode',
  'activate-storage-access',
  'origin-agent-cluster',
  'origin-trial',
  'accept-ch',
  'critical-ch',
  'nel',
  'no-vary-search',
  'timing-allow-origin',
  'cache-control',
  'expires',
  'pragma',
  'age',
  'vary',
  'cdn-cache-control',
  'surrogate-control',
  'p3p',
  // This service is the server.
  'server',
  'x-powered-by',
  'via',
]);

const REMOVED_FAMILIES =
  /^(access-control-|cross-origin-|content-security-policy|permissions-policy|document-policy|require-document-policy|integrity-policy|report|sec-)/;

const LOCATIONS: ReadonlySet<string> = new Set(['location', 'content-location']);

/** Whatever a browser takes a response for, it can execute, load and send nothing as a document of this origin. */
export const SANDBOXED = { 'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox" };

/**
 * The headers of a provider's response that go to the caller.
 * @param rewriteLocation see `rewriteLocation`
 */
export function responseHeaders(
  headers: Headers,
  rewriteLocation: (location: string) => string | null,
): Record<string, string | string[]> {
  const named = namedByConnection(headers['connection']);
  const forwarded: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || REMOVED.has(name) || REMOVED_FAMILIES.test(name)) continue;
    if (isHopByHop(name) || named.has(name)) continue;
    const sent = !LOCATIONS.has(name) ? value : typeof value === 'string' ? rewriteLocation(value) : null;
    if (sent !== null) forwarded[name] = sent;
  }
  return forwarded;
}
