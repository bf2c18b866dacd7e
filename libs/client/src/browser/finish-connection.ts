import { CausewayError, unwrap } from '../causeway-error.js';
import type { CausewayClient, Connection } from '../client.js';
import { FAILED } from './connect-error.js';
import type { ConnectResult, RedirectResult } from './connect-result.js';
import { closeLostPopup } from './lost-popup.js';

/** The user whom the page has signed in: for another one the service connects nothing. */
export interface SignedInUser {
  orgId: string;
  userId: string;
}

/** A finish code works once, but a component may be mounted twice. */
const finishing = new Map<string, Promise<ConnectResult>>();

/** Makes the connection of an account that the user has authorized. @throws CausewayError */
export function finishConnection(
  client: CausewayClient,
  { finishCode, orgId, userId }: SignedInUser & { finishCode: string },
): Promise<Connection> {
  return unwrap(client.POST('/connections/finish', { body: { finishCode, orgId, userId } }));
}

/**
 * Finishes an authorization that redirected the browser to this page: makes the connection if the result of `consumeRedirectResult` is
 * `authorized`. In a popup that has lost the page that opened it, that page is told, and the popup closes. Does not throw.
 */
export function finishRedirect(
  client: CausewayClient,
  result: RedirectResult,
  user: SignedInUser,
): Promise<ConnectResult> {
  if (result.phase !== 'authorized') return Promise.resolve(result);
  const { finishCode, popupOf } = result;
  const known = finishing.get(finishCode);
  if (known !== undefined) return known;
  const finished = finishConnection(client, { ...user, finishCode })
    .then(
      ({ id }): ConnectResult => ({ phase: 'connected', connectionId: id }),
      (error: unknown): ConnectResult => ({
        phase: 'failed',
        problem: error instanceof CausewayError ? error.problem : FAILED,
      }),
    )
    .then((settled) => {
      if (popupOf !== null) closeLostPopup(popupOf, settled);
      return settled;
    });
  finishing.set(finishCode, finished);
  return finished;
}
