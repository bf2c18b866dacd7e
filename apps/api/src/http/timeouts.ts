import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions, RawServerDefault } from 'fastify';

/** From the head of a request to the last byte of its body, which is at most 64 kB. */
const BODY_MS = 20_000;
/** Between two parts of a body that may be of any size. */
const IDLE_MS = 30_000;

/**
 * How long a client may take. Answers have no deadline here: a stream is paced by its reader, and what waits for a provider has a
 * deadline of its own. A connection on which nothing moves at all is let go after a while; streams that wait say something before.
 */
export const patience = {
  connectionTimeout: 10 * 60_000,
  /** Node knows one deadline for all bodies; here they have their own, see `limitBodies`. */
  requestTimeout: 0,
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

const deadlines = new WeakMap<IncomingMessage, BodyDeadline>();

/** Every body has a deadline from its beginning on, whatever becomes of its request. */
export function limitBodies(server: Server): void {
  server.prependListener('request', (request, response) => {
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    if (coding === undefined && (length === undefined || length === '0')) return;
    deadlines.set(request, new BodyDeadline(request, response));
  });
}

/** The body may take as long as it likes while it moves. Only for a caller who is known, and only until it is answered. */
export function allowSlowBody(request: IncomingMessage): void {
  deadlines.get(request)?.countIdlenessOnly();
}

class BodyDeadline {
  private timer = setTimeout(() => this.end(), BODY_MS);

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
  ) {
    request.once('end', () => this.over()).once('close', () => this.over());
  }

  countIdlenessOnly(): void {
    this.over();
    let received = this.request.socket.bytesRead;
    this.timer = setInterval(() => {
      const { bytesRead } = this.request.socket;
      if (bytesRead === received) this.end();
      received = bytesRead;
    }, IDLE_MS);
    this.response.once('finish', () => this.dropRest());
  }

  /** Who was answered before the end of its body sends the rest to nobody, and not for long. */
  private dropRest(): void {
    this.over();
    if (this.request.complete) return;
    this.timer = setTimeout(() => this.end(), BODY_MS);
    this.request.resume();
  }

  private end(): void {
    this.over();
    if (this.request.complete) return;
    const { socket } = this.request;
    if (this.response.headersSent) socket.destroy();
    else refuse('ERR_HTTP_REQUEST_TIMEOUT', socket);
  }

  private over(): void {
    clearTimeout(this.timer);
  }
}
