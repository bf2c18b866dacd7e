import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  /** 1: internal, 2: server, 3: client. */
  kind: number;
  status: { code: number };
  attributes: Record<string, unknown>;
}

/** A receiver of OTLP/HTTP that keeps what it is sent. */
export interface Collector {
  url: string;
  spans: CollectedSpan[];
  /** Of the first span's service. */
  resource: Record<string, unknown>;
  requests: { path: string; headers: IncomingHttpHeaders; body: string }[];
  stop(): void;
}

interface KeyValue {
  key: string;
  value: Record<string, unknown>;
}

interface Export {
  resourceSpans: {
    resource: { attributes: KeyValue[] };
    scopeSpans: { spans: (Omit<CollectedSpan, 'attributes'> & { attributes: KeyValue[] })[] }[];
  }[];
}

const valuesOf = (list: KeyValue[]): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));

export async function startCollector(): Promise<Collector> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      collector.requests.push({ path: request.url ?? '', headers: request.headers, body });
      for (const { resource, scopeSpans } of (JSON.parse(body) as Export).resourceSpans) {
        collector.resource = valuesOf(resource.attributes);
        for (const { spans } of scopeSpans)
          collector.spans.push(...spans.map((span) => ({ ...span, attributes: valuesOf(span.attributes) })));
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  const collector: Collector = {
    url: '',
    spans: [],
    resource: {},
    requests: [],
    stop: () => server.close().closeAllConnections(),
  };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  collector.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return collector;
}
