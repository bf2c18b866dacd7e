import { HttpClient, UpstreamError, type ExchangeObserver } from '@causeway/http-client';
import type { Tracing } from '../tracing/tracing.js';

export function newHttpClient(tracing: Tracing): HttpClient {
  return tracing.tracer === null ? new HttpClient() : new HttpClient(observerOf(tracing));
}

/** A span for each request that is sent to a provider, which gets its position in the trace. Values of the query may be secrets. */
function observerOf(tracing: Tracing): ExchangeObserver {
  return ({ method, url }) => {
    if (!URL.canParse(url)) return null;
    const { origin, pathname, search, hostname, port, protocol } = new URL(url);
    const span = tracing.start(method, {
      kind: 'client',
      attributes: {
        'http.request.method': method,
        'url.full': `${origin}${pathname}${search === '' ? '' : '?REDACTED'}`,
        'server.address': hostname,
        'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
      },
    });
    return {
      headers: tracing.headersOf(span),
      onEnd(result) {
        if (span === null) return;
        if (result instanceof UpstreamError) return tracing.end(span, result.reason);
        span.setAttribute('http.response.status_code', result);
        tracing.end(span, result >= 400 ? String(result) : undefined);
      },
    };
  };
}
