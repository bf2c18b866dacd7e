import type { StreamedResponse } from '@causeway/http-client';
import { isHopByHop, namedByConnection } from './hop-by-hop.js';

type Headers = StreamedResponse['headers'];

/**
 * What a browser would do, keep or believe of this service because a provider said so. `cache-control` and its kin are among them:
 * an answer with somebody's data is kept by nobody.
 */
const KEPT_BACK: ReadonlySet<string> = new Set([
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
  // Ours is what serves here.
  'server',
  'x-powered-by',
  'via',
]);

const KEPT_BACK_FAMILIES =
  /^(access-control-|cross-origin-|content-security-policy|permissions-policy|document-policy|require-document-policy|integrity-policy|report|sec-)/;

/** They point somewhere. */
const PLACES: ReadonlySet<string> = new Set(['location', 'content-location']);

/** Nothing in an answer is a document of this origin: it can run, load and send nothing, whatever a browser takes it for. */
export const SANDBOXED = { 'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox" };

/**
 * What of a provider's headers goes to the caller.
 * @param placeHere the same place by way of this service; `null`: it is not in the provider's API
 */
export function answerHeaders(
  headers: Headers,
  placeHere: (address: string) => string | null,
): Record<string, string | string[]> {
  const named = namedByConnection(headers['connection']);
  const handedOn: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || KEPT_BACK.has(name) || KEPT_BACK_FAMILIES.test(name)) continue;
    if (isHopByHop(name) || named.has(name)) continue;
    if (!PLACES.has(name)) {
      handedOn[name] = value;
      continue;
    }
    const place = typeof value === 'string' ? placeHere(value) : null;
    if (place !== null) handedOn[name] = place;
  }
  return handedOn;
}
