import { CausewayError, type ShownProblem } from '../causeway-error.js';

/** `closed`: by the person; `given-up`: by this page (`signal`); `failed`: `problem` is the service's own. */
type Reason = 'closed' | 'timed-out' | 'failed' | 'given-up';

/** Why an attempt to connect brought no connection: a sentence with a next step, for people. */
export class ConnectError extends CausewayError {
  override readonly name = 'ConnectError';

  constructor(
    readonly reason: Reason,
    problem: ShownProblem,
    /**
     * After `closed` only: a popup that its provider has cut off from this page looks closed while the person is still in it.
     * Resolves with the connection's id if there is one after all, and for ever waits if not.
     */
    readonly later?: Promise<string>,
  ) {
    super(problem);
  }
}

export const CLOSED = {
  title: 'The window was closed',
  detail: 'The account was not connected and nothing was changed. Press the button again when you are ready.',
};

export const TIMED_OUT = {
  title: 'That took too long',
  detail: 'An attempt to connect is good for ten minutes. Press the button again to start a new one.',
};

export const GIVEN_UP = {
  title: 'The attempt was cancelled',
  detail: 'Nothing was changed. Press the button again when you are ready.',
};

export const FAILED = {
  title: 'The account could not be connected',
  detail: 'The provider did not complete the authorization. Press the button to try again.',
};

/** For a full-page way back, which brings only a slug. */
export const BY_SLUG: Record<string, ShownProblem | undefined> = {
  'authorization-denied': {
    title: 'Access was not granted',
    detail: 'You or the provider declined. Connect again if that was not intended.',
  },
  'attempt-expired': {
    title: 'This attempt is not valid any more',
    detail: 'It was used, is too old, or began in another browser. Press the button to start a new one.',
  },
  'wrong-account': {
    title: 'Another account was authorized',
    detail: 'The connection stays as it was. Reconnect again and choose the account that it is for.',
  },
  'provider-timeout': {
    title: 'The provider did not answer in time',
    detail: 'Nothing was changed. Wait a moment, then connect again.',
  },
  'provider-unavailable': {
    title: 'The provider does not answer as it should',
    detail: 'Nothing was changed. Wait a moment, then connect again.',
  },
};
