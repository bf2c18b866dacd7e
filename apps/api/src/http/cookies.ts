import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from '../configuration/configuration.js';

/** Scripts cannot read any cookie of this service. Cookies are parsed by `cookiesOf` only: few requests have any. */
export async function useCookies(server: FastifyInstance, { publicUrl }: Configuration): Promise<void> {
  const defaults = { path: '/', httpOnly: true, secure: publicUrl.startsWith('https:') };
  await server.register(fastifyCookie, { hook: false, parseOptions: defaults });
}
