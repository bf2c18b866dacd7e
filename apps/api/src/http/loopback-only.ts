import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Problem, sendProblem } from '@causeway/problem';
import type { Configuration } from '../configuration/configuration.js';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Sandbox mode has no sign-in, so only pages and programs of this machine may use it. Another name in `Host` that resolves to loopback is
 * DNS rebinding; a page of an origin that is not in WEB_ORIGINS is refused as well.
 */
export function loopbackOnly(server: FastifyInstance, { webOrigins }: Configuration): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { host = '', origin } = request.headers;
    const name = host.replace(/:\d+$/, '').toLowerCase();
    const isAllowed = origin === undefined ? !isCrossSiteSubresource(request.headers) : webOrigins.includes(origin);
    if (LOOPBACK_NAMES.has(name) && isAllowed) return done();
    const detail = 'Sandbox mode answers only on localhost, and only to the origins in WEB_ORIGINS.';
    sendProblem(new Problem('forbidden', detail), request, reply);
  });
}

/** Images and scripts that another site embeds come without `Origin`, but with Fetch Metadata. Following a link to here is allowed. */
function isCrossSiteSubresource(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
}
