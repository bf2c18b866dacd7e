import { Problem } from '@causeway/problem';

/** The sentence is the same for every cause, since it leaves the service; the cause is for the log. */
export function unavailable(cause: unknown): Problem {
  return new Problem(
    'store-unavailable',
    'The store does not answer. Try again in a moment.',
    { retryAfter: 1 },
    { cause },
  );
}
