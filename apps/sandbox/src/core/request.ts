import { parse } from 'node:querystring';
import type { FastifyRequest } from 'fastify';
import type { Cut } from '../data/paging.js';
import { fields, type Fields, text } from './fields.js';

/** `unreadable` is JSON that does not parse: providers respond to it differently, so it reaches the handler. */
export type BodyKind = 'none' | 'json' | 'form' | 'unreadable' | 'other';

/** A request as the handlers see it, independent of Fastify. */
export interface MockRequest {
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
  /** Cuts one page out of a list, with active paging faults applied. */
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
export function queryParameter(mockRequest: Pick<MockRequest, 'query'>, name: string): string | undefined {
  const value = mockRequest.query[name];
  return text(Array.isArray(value) ? value[0] : value);
}

export const bearer = (headers: MockRequest['headers']): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(headers['authorization'] ?? '')?.[1];
