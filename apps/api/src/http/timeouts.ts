import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions, FastifyInstance, RawServerDefault } from 'fastify';
import type { TenantLimits } from '../configuration/limits-environment.js';

/** The longest time from the headers of a request to the end of its body, which has at most 64 kB. */
const BODY_MS = 20_000;
/** How often a body that may be of any size is checked for what arrived meanwhile. */
const CHECK_MS = 30_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** Until the response ends, the body may be of any size, as long as it keeps to the limits of uploads. Only for authenticated callers. */
    allowSlowBody(): void;
  }
}

/**
 * Timeouts for receiving requests. Responses have none: a client may read a stream as slowly as it likes, and requests
 * to providers have their own timeouts. An idle connection is closed after `connectionTimeout`; event streams send
 * heartbeats more often than that.
 */
export const TIMEOUTS = {
  connectionTimeout: 10 * 60_000,
  /** Node has one deadline for all bodies; `BodyDeadline` replaces it. */
  requestTimeout: 0,
  /**
   * Longer than the idle timeout of most reverse proxies (60 s): otherwise they would send requests on connections that
   * this server is closing.
   */
  keepAliveTimeout: 72_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16 * 1024 },
  clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => {
    refuse(error.code, socket);
  },
} satisfies FastifyHttpOptions<RawServerDefault>;

/** Responds to malformed and late requests. The response contains nothing of the request. */
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

export type UploadLimits = Pick<TenantLimits, 'uploadMaxMs' | 'uploadBytesPerSecond'>;

/** Every body has a deadline, also if no route reads it. */
export function limitBodies(server: FastifyInstance, limits: UploadLimits): void {
  const deadlines = new WeakMap<IncomingMessage, BodyDeadline>();
  server.server.prependListener('request', (request, response) => {
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    if (coding === undefined && (length === undefined || length === '0')) return;
    deadlines.set(request, new BodyDeadline(request, response));
  });
  server.decorateRequest('allowSlowBody', function () {
    deadlines.get(this.raw)?.allowUpload(limits);
  });
}

class BodyDeadline {
  private timer = setTimeout(() => this.expire(), BODY_MS);
  private end: NodeJS.Timeout | undefined;
  /** Node takes it from a request whose connection was reset. */
  private readonly socket: Socket;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
  ) {
    this.socket = request.socket;
    request.once('end', () => this.clear()).once('close', () => this.clear());
  }

  allowUpload({ uploadMaxMs, uploadBytesPerSecond }: UploadLimits): void {
    this.clear();
    // Also where the operator demands nothing, a body that does not move is over.
    const least = Math.max(1, (uploadBytesPerSecond * CHECK_MS) / 1000);
    let received = this.socket.bytesRead;
    this.timer = setInterval(() => {
      const { bytesRead } = this.socket;
      if (bytesRead - received < least) this.expire();
      received = bytesRead;
    }, CHECK_MS);
    this.end = setTimeout(() => this.expire(), uploadMaxMs);
    this.response.once('finish', () => this.discardRest());
  }

  /** The response was sent before the body arrived: discards the rest of the body, with a deadline. */
  private discardRest(): void {
    this.clear();
    if (this.request.complete) return;
    this.timer = setTimeout(() => this.expire(), BODY_MS);
    this.request.resume();
  }

  private expire(): void {
    this.clear();
    if (this.request.complete) return;
    if (this.response.headersSent) this.socket.destroy();
    else refuse('ERR_HTTP_REQUEST_TIMEOUT', this.socket);
  }

  private clear(): void {
    clearTimeout(this.timer);
    clearTimeout(this.end);
  }
}
