import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider that answers by script, one entry a request, the last one for ever. */
export function scripted(...script: RequestListener[]): RequestListener & { requests: number } {
  const listener = Object.assign(
    ((request, response) => {
      const answer = script[Math.min(listener.requests, script.length - 1)];
      listener.requests += 1;
      answer?.(request, response);
    }) as RequestListener,
    { requests: 0 },
  );
  return listener;
}

export const ok: RequestListener = (_request, response) => response.end('{"fine":true}');
export const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(code, headers).end('{}');
export const cut: RequestListener = (request) => request.socket.destroy();
export const cutInBody: RequestListener = (request, response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"fine":');
  setTimeout(() => request.socket.destroy(), 20);
};
export const html: RequestListener = (_request, response) => response.end('<html>');
export const silence: RequestListener = () => undefined;

export interface Provider {
  url: string;
  stop(): void;
}

export async function startProvider(listener: RequestListener): Promise<Provider> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => server.close().closeAllConnections(),
  };
}

/** Where nobody listens. */
export async function nowhere(): Promise<string> {
  const provider = await startProvider(silence);
  provider.stop();
  return provider.url;
}
