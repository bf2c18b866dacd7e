import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions, RawServerDefault } from 'fastify';

/**
 * How long a client may take. Answers have no deadline here: a stream is paced by its reader, and what waits for a provider has a
 * deadline of its own. A connection on which nothing moves at all is let go after a while; streams that wait say something before.
 */
export const patience = {
  connectionTimeout: 10 * 60_000,
  /** From the first byte of a request to the last one of its body, which is at most 64 kB. */
  requestTimeout: 20_000,
  /** Longer than proxies keep idle connections (mostly 60 s), so that no request meets a connection that is just being closed. */
  keepAliveTimeout: 72_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16 * 1024 },
  clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => {
    refuse(error.code, socket);
  },
} satisfies FastifyHttpOptions<RawServerDefault>;

/** What is no HTTP, or did not become a whole request in time: told in a status, and nothing of what came is repeated. */
function refuse(code: string | undefined, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}
