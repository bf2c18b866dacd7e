import type { FastifyInstance } from 'fastify';
import { Problem } from '#problem';
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
    if (LOOPBACK_NAMES.has(name) && (origin === undefined || webOrigins.includes(origin))) return;
    const problem = new Problem(
      'forbidden',
      'Sandbox mode answers only on localhost, and only to the origins in WEB_ORIGINS.',
    );
    await reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem.toBody());
  });
}
