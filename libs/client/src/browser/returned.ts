import { BY_SLUG, ConnectError, FAILED } from './connect-error.js';

/**
 * Reads how a full-page authorization ended (`returnTo`), and takes it out of the address: a reload must not tell it again. To be called
 * before anything else reads the address. An address can claim anything: a connection is one only if the service lists it.
 */
export function takeReturned(): { connectionId: string } | { error: ConnectError } | null {
  const url = new URL(window.location.href);
  const connectionId = url.searchParams.get('connectionId');
  const slug = url.searchParams.get('problem');
  if (connectionId === null && slug === null) return null;
  url.searchParams.delete('connectionId');
  url.searchParams.delete('problem');
  window.history.replaceState(window.history.state, '', url);
  return slug === null
    ? { connectionId: connectionId ?? '' }
    : { error: new ConnectError('failed', BY_SLUG[slug] ?? FAILED) };
}
