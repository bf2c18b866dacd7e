import { Problem } from '@causeway/problem';

/** Clients see the same sentence for every cause, which may name hosts and users. */
export function unavailable(cause: unknown): Problem {
  const sentence =
    'The store of syncs cannot be used at the moment. Try again in a moment; if it lasts, the log of the service says why.';
  return cause instanceof Problem ? cause : new Problem('store-unavailable', sentence, { retryAfter: 1 }, { cause });
}
