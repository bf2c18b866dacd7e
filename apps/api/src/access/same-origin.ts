import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '@causeway/problem';

interface Request {
  method: string;
  headers: IncomingHttpHeaders;
}

const SAFE_METHODS = new Set(['GET', 'HEAD']);

/**
 * CSRF protection: whether a page of this service sent the request, or no page (a typed URL). A browser adds the cookie to requests of any
 * page of our site. `Sec-Fetch-Site` is set by the browser itself and by no script; browsers leave it out on plain http beyond loopback,
 * where `Origin` has to be ours. A safe method with neither header is allowed: another origin's page could not read the response.
 */
function isSameOrigin({ method, headers }: Request, publicOrigin: string, isUnsafe: boolean): boolean {
  const site = headers['sec-fetch-site'];
  const isSafe = SAFE_METHODS.has(method) && !isUnsafe;
  if (site !== undefined) return site === 'same-origin' || (isSafe && site === 'none');
  return headers.origin === undefined ? isSafe : headers.origin === publicOrigin;
}

/**
 * @param isUnsafe whether the request changes something in spite of its method
 * @throws Problem `forbidden`
 */
export function requireSameOrigin(request: Request, publicUrl: string, isUnsafe = false): void {
  if (isSameOrigin(request, new URL(publicUrl).origin, isUnsafe)) return;
  throw new Problem('forbidden', 'With a cookie, only a page of this service may send this request.');
}
