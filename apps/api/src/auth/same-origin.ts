import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '@causeway/problem';

interface Asked {
  method: string;
  headers: IncomingHttpHeaders;
}

const READS = new Set(['GET', 'HEAD']);

/**
 * Whether a page of this service asked, or nobody's page (a typed address). A browser adds our cookie to requests of any page of our
 * site, so the cookie alone does not say that a person wanted this. `Sec-Fetch-Site` comes from the browser itself and no script can set
 * it; on plain http beyond loopback browsers leave it out, and then `Origin` has to be ours. A read without either is one that no page
 * of another origin could read the answer of, and `SameSite=Strict` has kept other sites from making it with our cookie.
 */
function isSameOrigin({ method, headers }: Asked, publicOrigin: string): boolean {
  const site = headers['sec-fetch-site'];
  const reads = READS.has(method);
  if (site !== undefined) return site === 'same-origin' || (reads && site === 'none');
  return headers.origin === undefined ? reads : headers.origin === publicOrigin;
}

/** @throws Problem `forbidden` */
export function requireSameOrigin(asked: Asked, publicUrl: string): void {
  if (isSameOrigin(asked, new URL(publicUrl).origin)) return;
  throw new Problem('forbidden', 'Only a page of this service itself may ask this with the cookie of the web app.');
}
