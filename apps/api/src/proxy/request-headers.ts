import type { IncomingHttpHeaders } from 'node:http';
import { isHopByHop, namedByConnection } from './hop-by-hop.js';

/** The caller's credentials for this service, and what concerns only the connection between the two. */
const REMOVED: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'host',
  // Set again for the body that is sent.
  'content-length',
  // Node answers it by itself.
  'expect',
  // They say where the caller or its browser is.
  'origin',
  'referer',
  'forwarded',
  'via',
  'x-real-ip',
  'x-host',
  'x-http-method-override',
  'x-method-override',
  'x-http-method',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'http2-settings',
  // They name this request in our log and trace; with tracing on, the provider gets a position in the trace of its own.
  'x-request-id',
  'traceparent',
  'tracestate',
  'baggage',
]);

/** Gateways take some of these as the host, the path or the method of the request instead of the ones that were checked. */
const REMOVED_FAMILIES = /^(x-forwarded|x-original-|x-rewrite-|x-envoy-|x-amzn?-|x-accel-|sec-|access-control-)/;

/** The headers of a caller's request that go to the provider. */
export function requestHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const named = namedByConnection(headers.connection);
  const sent: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== 'string' || REMOVED.has(name) || REMOVED_FAMILIES.test(name)) continue;
    if (isHopByHop(name) || named.has(name)) continue;
    sent[name] = value;
  }
  return sent;
}
