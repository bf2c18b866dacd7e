import { Problem } from '@causeway/problem';

/** Clients see the same sentence for every cause; the cause is for the log. */
export function unavailable(cause: unknown): Problem {
  return new Problem(
    'store-unavailable',
    'The store cannot be used at the moment. Try again in a moment; if it lasts, the log of the service says why.',
    { retryAfter: 1 },
    { cause },
  );
}
