import type { Problem, ProblemDetails } from '../causeway-error.js';
import { FAILED } from './connect-error.js';
import type { RedirectResult } from './connect-result.js';
import { closeLostPopup, consumePopupMark } from './lost-popup.js';

/** The redirect brings only the slug of a problem. */
const PROBLEMS: { readonly [Slug in Problem['slug']]?: ProblemDetails } = {
  'authorization-denied': {
    title: 'Access was not granted',
    detail: 'You or the provider declined. Connect again if that was not intended.',
  },
  'attempt-expired': {
    title: 'This authorization is no longer valid',
    detail: 'It was already used, is too old, or was started in another browser. Press the button to start over.',
  },
  'wrong-user': {
    title: 'The account was authorized for another user',
    detail: 'It was not connected. Sign in as the user who started, and connect again.',
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
 * Reads the result of an authorization that redirected the browser here (see `returnTo`), and removes it from the address so that a reload
 * does not report it again. Call it before a router reads the address, and give what it returns to `finishRedirect`. Anybody can write an
 * address: a `connectionId` is real only if the service lists it. In a popup that has lost the page that opened it, a result that needs no
 * more is told to that page, and the popup closes.
 * @returns `null` if the page was opened in any other way
 */
export function consumeRedirectResult(): RedirectResult | null {
  const url = new URL(window.location.href);
  const [finishCode, connectionId, slug] = ['finishCode', 'connectionId', 'problem'].map((name) => {
    const value = url.searchParams.get(name);
    url.searchParams.delete(name);
    return value;
  });
  const popupOf = consumePopupMark(url);
  const result = resultOf(finishCode, connectionId, slug, popupOf);
  if (result === null) return null;
  window.history.replaceState(window.history.state, '', url);
  if (popupOf !== null && result.phase !== 'authorized') closeLostPopup(popupOf, result);
  return result;
}

function resultOf(
  finishCode: string | null | undefined,
  connectionId: string | null | undefined,
  slug: string | null | undefined,
  popupOf: string | null,
): RedirectResult | null {
  if (typeof slug === 'string') return { phase: 'failed', problem: problemOf(slug as Problem['slug']) };
  if (typeof finishCode === 'string') return { phase: 'authorized', finishCode, popupOf };
  return typeof connectionId === 'string' ? { phase: 'connected', connectionId } : null;
}

function problemOf(slug: Problem['slug']): ProblemDetails {
  const known = Object.hasOwn(PROBLEMS, slug) ? PROBLEMS[slug] : undefined;
  return known === undefined ? FAILED : { slug, ...known };
}
