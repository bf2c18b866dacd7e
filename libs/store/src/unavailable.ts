import { Problem } from '@causeway/problem';

/** Clients see the same sentence for every cause; the cause is for the log. */
export function unavailable(cause: unknown): Problem {
  return new Problem(
    'store-unavailable',
    'The store does not answer. Try again in a moment.',
    { retryAfter: 1 },
    { cause },
  );
}
