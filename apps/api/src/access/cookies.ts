import type { Configuration } from '../configuration/configuration.js';

/**
 * On https the prefix makes the browser refuse the cookie from any other origin
 * (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes).
 */
export function cookieName({ publicUrl }: Configuration, name: string): string {
  return publicUrl.startsWith('https:') ? `__Host-${name}` : name;
}
