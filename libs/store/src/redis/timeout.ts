/** Longer than any command takes on a healthy Redis, shorter than callers wait. */
export const COMMAND_TIMEOUT_MS = 2_000;
export const CONNECT_TIMEOUT_MS = 2_000;
const GRACE_MS = 100;

export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(ms: number) {
    super(`no response within ${ms} ms`);
  }
}

/** The client has no timeout for a command or a handshake, so a Redis that hangs would never be noticed. */
export function withTimeout<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new TimeoutError(ms));
    // If this process was blocked, the timer fires before the response in the socket is read: read once more.
    let timer = setTimeout(() => (timer = setTimeout(fail, GRACE_MS)), ms);
    const settle =
      <A>(outcome: (argument: A) => void) =>
      (argument: A) => {
        clearTimeout(timer);
        outcome(argument);
      };
    promise.then(settle(resolve), settle(reject));
  });
}
