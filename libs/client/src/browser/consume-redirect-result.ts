import type { ProblemDetails } from '../causeway-error.js';
import { FAILED } from './connect-error.js';

export type ConnectResult = { phase: 'connected'; connectionId: string } | { phase: 'failed'; problem: ProblemDetails };

/** The redirect brings only the slug of a problem. */
const PROBLEMS: Record<string, ProblemDetails | undefined> = {
  'authorization-denied': {
    title: 'Access was not granted',
    detail: 'You or the provider declined. Connect again if that was not intended.',
  },
  'attempt-expired': {
    title: 'This authorization is no longer valid',
    detail: 'It was already used, is too old, or was started in another browser. Press the button to start over.',
  },
  'wrong-account': {
    title: 'Another account was authorized',
    detail: 'The connection was not changed. Reconnect again and choose the account that it belongs to.',
  },
  'provider-timeout': {
    title: 'The provider did not respond in time',
    detail: 'Nothing was changed. Wait a moment, then connect again.',
  },
  'provider-unavailable': {
    title: 'The provider is not working as it should',
    detail: 'Nothing was changed. Wait a moment, then connect again.',
  },
};

/**
 * Reads the result of an authorization that redirected the whole page (see `returnTo`), and removes it from the address so that a reload
 * does not report it again. Call it before a router reads the address. Anybody can write an address: a `connectionId` is real only if
 * the service lists it.
 * @returns `null` if the page was opened in any other way
 */
export function consumeRedirectResult(): ConnectResult | null {
  const url = new URL(window.location.href);
  const connectionId = url.searchParams.get('connectionId');
  const slug = url.searchParams.get('problem');
  if (connectionId === null && slug === null) return null;
  url.searchParams.delete('connectionId');
  url.searchParams.delete('problem');
  window.history.replaceState(window.history.state, '', url);
  if (slug !== null) return { phase: 'failed', problem: PROBLEMS[slug] ?? FAILED };
  return { phase: 'connected', connectionId: connectionId ?? '' };
}
