import { Problem } from '@causeway/problem';
import { confinePath } from './confined-target.js';

/**
 * Where a place that a provider points to is by way of this service; `null` for one that is not in the provider's API: a redirect
 * there would take the caller, and whatever credential it sends along, to somebody else.
 * @param sent the address that the answer came from
 */
export function placeHere(apiUrl: string, connectionId: string, sent: string, address: string): string | null {
  if (!URL.canParse(address, sent)) return null;
  const { origin, pathname, search } = new URL(address, sent);
  const { origin: own, pathname: root } = new URL(apiUrl);
  const prefix = root.replace(/\/$/, '');
  if (origin !== own || !pathname.startsWith(`${prefix}/`)) return null;
  const path = `${pathname.slice(prefix.length)}${search}`;
  try {
    confinePath(apiUrl, path);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
  return `/connections/${connectionId}/proxy${path}`;
}
