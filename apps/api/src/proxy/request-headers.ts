import type { IncomingHttpHeaders } from 'node:http';
import { isHopByHop, namedByConnection } from './hop-by-hop.js';

/** The caller's own credentials for this service, and what is between it and this service only. */
const KEPT_BACK: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'host',
  // Counted anew.
  'content-length',
  // Node answers it itself.
  'expect',
  // Where the caller, or its browser, is.
  'origin',
  'referer',
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'http2-settings',
]);

/** `x-original-url` and `x-rewrite-url` are another path to some gateways. */
const KEPT_BACK_FAMILIES = /^(x-forwarded|x-original-|x-rewrite-|sec-|access-control-)/;

/** What of a caller's headers goes to the provider. */
export function requestHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const named = namedByConnection(headers.connection);
  const sent: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== 'string' || KEPT_BACK.has(name) || KEPT_BACK_FAMILIES.test(name)) continue;
    if (isHopByHop(name) || named.has(name)) continue;
    sent[name] = value;
  }
  return sent;
}
