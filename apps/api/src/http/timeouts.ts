import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions, FastifyInstance, RawServerDefault } from 'fastify';

/** From the head of a request to the last byte of its body, which is at most 64 kB. */
const BODY_MS = 20_000;
/** Between two parts of a body that may be of any size. */
const IDLE_MS = 30_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** The body may take as long as it likes while bytes arrive. Only for authenticated callers; ends with the response. */
    allowSlowBody(): void;
  }
}

/**
 * How long a client may take. Responses have no deadline here: the reader paces a stream, and a request that waits for a provider has a
 * deadline of its own. An idle connection is closed after a while; streams that have nothing to send send a sign of life before that.
 */
export const TIMEOUTS = {
  connectionTimeout: 10 * 60_000,
  /** Node has one deadline for all bodies; `BodyDeadline` replaces it. */
  requestTimeout: 0,
  /** Longer than proxies keep idle connections (mostly 60 s), so that no request meets a connection that is just being closed. */
  keepAliveTimeout: 72_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16 * 1024 },
  clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => {
    refuse(error.code, socket);
  },
} satisfies FastifyHttpOptions<RawServerDefault>;

/** For what is not HTTP, and for requests that did not arrive in time. Repeats nothing of what was received. */
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

/** Every body has a deadline from its first byte on, also when no route reads it. */
export function limitBodies(server: FastifyInstance): void {
  const deadlines = new WeakMap<IncomingMessage, BodyDeadline>();
  server.server.prependListener('request', (request, response) => {
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    if (coding === undefined && (length === undefined || length === '0')) return;
    deadlines.set(request, new BodyDeadline(request, response));
  });
  server.decorateRequest('allowSlowBody', function () {
    deadlines.get(this.raw)?.limitIdleTime();
  });
}

class BodyDeadline {
  private timer = setTimeout(() => this.expire(), BODY_MS);

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
  ) {
    request.once('end', () => this.clear()).once('close', () => this.clear());
  }

  limitIdleTime(): void {
    this.clear();
    let received = this.request.socket.bytesRead;
    this.timer = setInterval(() => {
      const { bytesRead } = this.request.socket;
      if (bytesRead === received) this.expire();
      received = bytesRead;
    }, IDLE_MS);
    this.response.once('finish', () => this.discardRest());
  }

  /** The response is complete, but the body is not: discards the rest, which has a deadline again. */
  private discardRest(): void {
    this.clear();
    if (this.request.complete) return;
    this.timer = setTimeout(() => this.expire(), BODY_MS);
    this.request.resume();
  }

  private expire(): void {
    this.clear();
    if (this.request.complete) return;
    const { socket } = this.request;
    if (this.response.headersSent) socket.destroy();
    else refuse('ERR_HTTP_REQUEST_TIMEOUT', socket);
  }

  private clear(): void {
    clearTimeout(this.timer);
  }
}
