/** Longer than any step takes on a Redis that works, shorter than a caller's patience. */
export const COMMAND_MS = 2_000;
export const DIAL_MS = 2_000;
const GRACE_MS = 100;

/** The store did not answer in time. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';

  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
  }
}

/** Gives up on `work` after `ms`; what it still does later is ignored. */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new DeadlineError(ms));
    // If this process itself was held up, the deadline is seen before the answer that waits in the socket: look once more.
    let timer = setTimeout(() => (timer = setTimeout(fail, GRACE_MS)), ms);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
