import type { FastifyRequest } from 'fastify';

/** What browsers send when nobody has opened the address yet: the standard header, and those before it. */
const PURPOSE_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/** A request that must spend nothing: a prefetch, a preview, or a `HEAD` (Fastify routes it like `GET`). */
export function isPrefetch({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): boolean {
  return (
    method === 'HEAD' ||
    PURPOSE_HEADERS.some((name) => /\b(prefetch|prerender|preview)\b/i.test(String(headers[name] ?? '')))
  );
}
