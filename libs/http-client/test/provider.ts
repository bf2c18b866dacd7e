import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Responds with one entry of the script per request; the last entry repeats. */
export function scripted(...script: RequestListener[]): RequestListener & { requests: number } {
  const listener = Object.assign(
    ((request, response) => {
      const respond = script[Math.min(listener.requests, script.length - 1)];
      listener.requests += 1;
      respond?.(request, response);
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

/** A URL that refuses connections. */
export async function refusingUrl(): Promise<string> {
  const provider = await startProvider(silence);
  provider.stop();
  return provider.url;
}
