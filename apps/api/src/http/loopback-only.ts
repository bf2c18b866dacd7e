import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Problem } from '@causeway/problem';
import type { Configuration } from '../configuration/configuration.js';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Sandbox mode has no sign-in, so only this machine's own pages and programs may use it: a name that resolves to loopback but is not one
 * of ours is DNS rebinding, and a page of another origin has no business here.
 */
export function loopbackOnly(server: FastifyInstance, { webOrigins }: Configuration): void {
  server.addHook('onRequest', async (request, reply) => {
    const { host = '', origin } = request.headers;
    const name = host.replace(/:\d+$/, '').toLowerCase();
    const isOurs = origin === undefined ? !isEmbeddedElsewhere(request.headers) : webOrigins.includes(origin);
    if (LOOPBACK_NAMES.has(name) && isOurs) return;
    const problem = new Problem(
      'forbidden',
      'Sandbox mode answers only on localhost, and only to the origins in WEB_ORIGINS.',
    );
    await reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem.toBody());
  });
}

/** An image or a script of another site sends no `Origin`; a browser says what it is all the same. A person may follow a link to here. */
function isEmbeddedElsewhere(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
}
