import { parse } from 'node:querystring';
import type { FastifyRequest } from 'fastify';
import type { Cut } from '../data/paging.js';
import { fields, type Fields, text } from './fields.js';

/** `unreadable` is JSON that does not parse: providers answer it differently, so it reaches the handler. */
export type BodyKind = 'none' | 'json' | 'form' | 'unreadable' | 'other';

/** One request as a stand-in sees it: no Fastify, no sockets. */
export interface Call {
  readonly method: string;
  /** Path below the provider's prefix, without the query. */
  readonly path: string;
  readonly params: Record<string, string>;
  readonly query: Record<string, string | string[] | undefined>;
  /** As it was sent, still encoded. */
  readonly rawQuery: string;
  readonly headers: Record<string, string | undefined>;
  readonly body: Fields;
  readonly bodyKind: BodyKind;
  /** Where this provider is mounted, e.g. `http://127.0.0.1:4000/hubspot`. */
  readonly baseUrl: string;
  readonly requestId: string;
  /** The sandbox's time in milliseconds. */
  readonly now: number;
  /** Cuts one page out of a list, as the faults in force want it. */
  cut(total: number, start: number, limit: number): Cut;
}

export interface ParsedBody {
  kind: BodyKind;
  fields: Fields;
}

export function parseBody(contentType: string, raw: string): ParsedBody {
  if (raw === '') return { kind: 'none', fields: {} };
  if (contentType.startsWith('application/x-www-form-urlencoded')) return { kind: 'form', fields: { ...parse(raw) } };
  if (!contentType.includes('json')) return { kind: 'other', fields: {} };
  try {
    return { kind: 'json', fields: fields(JSON.parse(raw)) };
  } catch {
    return { kind: 'unreadable', fields: {} };
  }
}

export function readHeaders(request: FastifyRequest): Record<string, string | undefined> {
  const plain = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(', ') : value);
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, plain(value)]));
}

/** First value of a query parameter. */
export function asked(call: Pick<Call, 'query'>, name: string): string | undefined {
  const value = call.query[name];
  return text(Array.isArray(value) ? value[0] : value);
}

export const bearer = (headers: Call['headers']): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(headers['authorization'] ?? '')?.[1];
