import { CausewayError, type ProblemDetails } from '../causeway-error.js';
import type { Connection } from '../client.js';

/** `closed`: the user closed the popup; `aborted`: by `signal`; `failed`: `problem` says why. */
type Reason = 'closed' | 'timed-out' | 'failed' | 'aborted';

/** An account was not connected. `message` tells the user why and what to do. */
export class ConnectError extends CausewayError {
  override readonly name = 'ConnectError';

  constructor(
    readonly reason: Reason,
    problem: ProblemDetails,
    /**
     * Only with `closed`. A popup that its provider has cut off from this page looks closed while the user is still in it: this resolves
     * with the connection if the user connects the account after all, and stays pending otherwise.
     */
    readonly lateConnection?: Promise<Connection>,
  ) {
    super(problem);
  }
}

export const CLOSED: ProblemDetails = {
  title: 'The window was closed',
  detail: 'The account was not connected and nothing was changed. Press the button again when you are ready.',
};

export const TIMED_OUT: ProblemDetails = {
  slug: 'attempt-expired',
  title: 'That took too long',
  detail: 'An account has to be authorized within ten minutes. Press the button again to start over.',
};

export const ABORTED: ProblemDetails = {
  title: 'Connecting was canceled',
  detail: 'Nothing was changed. Press the button again when you are ready.',
};

export const FAILED: ProblemDetails = {
  slug: 'authorization-failed',
  title: 'The account could not be connected',
  detail: 'The provider did not complete the authorization. Press the button to try again.',
};
