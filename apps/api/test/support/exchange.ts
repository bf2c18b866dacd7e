import { request as start, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { ADMIN_KEY } from './production.js';

export interface Exchange {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

export interface Answered {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** The body as JSON; throws where it is none. */
  json: <T = Record<string, unknown>>() => T;
}

/** Node's own client: it sends a path as it is given, and any header, and follows nothing. */
export function begin(origin: string, path: string, { method = 'GET', headers = {} }: Exchange = {}): ClientRequest {
  const { hostname, port } = new URL(origin);
  return start({
    hostname,
    port,
    path,
    method,
    agent: false,
    headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers },
  });
}

export async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.once('response', resolve).on('error', reject));
}

export async function exchange(origin: string, path: string, wish: Exchange = {}): Promise<Answered> {
  const request = begin(origin, path, wish);
  const answered = answerTo(request);
  request.end(wish.body);
  const response = await answered;
  const body = await buffer(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body,
    json: <T>() => JSON.parse(body.toString()) as T,
  };
}
