import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const MAX_AGE_SECONDS = 600;
/** A browser acts by a session, which connects, looks and disconnects. */
const METHODS = 'GET, HEAD, POST, DELETE';

/**
 * Pages of these origins may call this service and read its answers; nobody's cookies are sent along. The header is set on the raw answer,
 * where also a handler keeps it that writes by itself. That answers differ by origin is said on all of them (`security-headers.ts`).
 */
export function allowCorsOrigins(server: FastifyInstance, origins: readonly string[]): void {
  const allowed = new Set(origins);
  server.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    // Nearly all requests are of no page, or of one of our own.
    if (origin !== undefined && allowed.has(origin)) reply.raw.setHeader('access-control-allow-origin', origin);
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined)
      answerPreflight(request, reply);
    else done();
  });
}

/** The same for every path: whether a route is there, and for whom, is answered to the request itself. */
function answerPreflight({ headers }: FastifyRequest, reply: FastifyReply): void {
  reply
    .status(204)
    .headers({
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
      'access-control-max-age': String(MAX_AGE_SECONDS),
      vary: 'origin, access-control-request-headers',
    })
    .send();
}
