import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Seen {
  method: string;
  /** As it came, byte for byte. */
  target: string;
  headers: IncomingHttpHeaders;
}

/** A provider that answers whatever a test wants, and remembers what it was asked. */
export interface PlainProvider {
  url: string;
  seen: Seen[];
  answer: RequestListener;
  stop(): void;
}

export async function startPlainProvider(): Promise<PlainProvider> {
  const server = createServer((request, response) => {
    provider.seen.push({ method: request.method ?? '', target: request.url ?? '', headers: request.headers });
    response.on('error', () => {});
    provider.answer(request, response);
  });
  // Its own keep-alive must not end a connection that the service is about to use.
  server.keepAliveTimeout = 60_000;
  const provider: PlainProvider = {
    url: '',
    seen: [],
    answer: echo,
    stop: () => server.close().closeAllConnections(),
  };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}

/** What came, as JSON; the body in base64. */
export const echo: RequestListener = (request, response) => {
  buffer(request).then(
    (body) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method: request.method, target: request.url, body: body.toString('base64') }));
    },
    () => response.destroy(),
  );
};

export const say =
  (status: number, headers: Record<string, string | string[]> = {}, body = '{}'): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  };

/** The first requests by the script, all others by its last entry. */
export function inTurn(...script: RequestListener[]): RequestListener {
  let at = 0;
  return (request, response) => {
    const answer = script[Math.min(at, script.length - 1)];
    at += 1;
    answer?.(request, response);
  };
}
