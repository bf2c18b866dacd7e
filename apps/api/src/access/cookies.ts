import type { FastifyRequest } from 'fastify';
import type { Configuration } from '../configuration/configuration.js';

/**
 * On https the prefix makes the browser refuse the cookie from any other origin
 * (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes).
 */
export function cookieName({ publicUrl }: Configuration, name: string): string {
  return publicUrl.startsWith('https:') ? `__Host-${name}` : name;
}

/** Parsed each time: `request.cookies` is not filled. */
export function cookiesOf({
  server,
  headers,
}: Pick<FastifyRequest, 'server' | 'headers'>): Record<string, string | undefined> {
  return server.parseCookie(headers.cookie ?? '');
}
