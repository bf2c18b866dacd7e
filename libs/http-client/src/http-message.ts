import type { Readable } from 'node:stream';
import type { UpstreamError } from './upstream-error.js';

export interface StreamedRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer | Readable | undefined;
  /** Milliseconds until the response headers arrive, connecting and sending included. A streamed body may take longer to send. */
  timeoutMs: number;
  /** Each of them ends the exchange, also in the middle of the response body. */
  signals?: readonly AbortSignal[];
  /** Called when the request is written to a connection. */
  onSend?: (connection: 'reused' | 'new') => void;
  /** Called when the response headers arrive. */
  onResponse?: () => void;
}

/** Told of every exchange before it begins. `headers` are added to the request. */
export type ExchangeObserver = (request: Pick<StreamedRequest, 'method' | 'url'>) => {
  headers: Record<string, string>;
  /** Called once, with the status when the response (if it is streamed: its head) is there, or with why there is none. */
  onEnd(result: number | UpstreamError): void;
} | null;

export interface HttpRequest extends StreamedRequest {
  body?: string | undefined;
  /** Milliseconds for the whole exchange: connecting, sending and the last byte of the response. */
  timeoutMs: number;
  /** Called with the length of the response body so far, at last without its content coding. False: it is given up as `too-large`. */
  acceptBody?: ((bytes: number) => boolean) | undefined;
}

export interface ResponseHead {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string | string[] | undefined>;
}

export interface HttpResponse extends ResponseHead {
  /** Parsed JSON; `undefined` if the body is empty or not JSON. */
  body: unknown;
}

export interface StreamedResponse extends ResponseHead {
  /** Fails if the provider stops sending for long, or if the exchange is aborted. */
  body: ResponseBody;
}

export interface ResponseBody extends Readable {
  /** All of it has arrived, and `read` returns it. */
  readonly isComplete: boolean;
  /** Discards the body, reading it to its end so that the connection can be reused; cuts the connection if the body is long. */
  dump(): Promise<void>;
}
