import type { Readable } from 'node:stream';

export interface StreamedRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer | Readable;
  /** Milliseconds until the headers of the answer are there, connecting and sending included; a streamed body may take longer to send. */
  deadlineMs: number;
  /** Each of them ends the exchange, also in the middle of the answer's body. */
  signals?: readonly AbortSignal[];
  /** Called when the request goes onto a connection, which was there already (`standing`) or was made for it. */
  departs?: (connection: 'standing' | 'new') => void;
  /** Called when the headers of the answer are there. */
  answers?: () => void;
}

export interface HttpRequest extends StreamedRequest {
  body?: string;
  /** Milliseconds for the whole exchange: connecting, sending and the last byte of the answer. */
  deadlineMs: number;
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string | undefined>;
  /** Parsed JSON, or `undefined` where the body is empty or no JSON. */
  body: unknown;
}

export interface StreamedResponse {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string | string[] | undefined>;
  /** Ends with an error when the provider is silent for long, or when the exchange is aborted. */
  body: ResponseBody;
}

export interface ResponseBody extends Readable {
  /** Reads on without keeping anything, so that the connection can be used again; cuts what is long. */
  dump(): Promise<void>;
}
