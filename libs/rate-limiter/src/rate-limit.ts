import type { Rate, Ref } from '@causeway/store';

/** A provider's rate limit and what it is counted by. */
export interface RateLimit {
  rate: Rate;
  /** What the limit is counted by: a connection, a base, a method of a workspace. */
  ref: Ref;
  /** The response header with the number of requests left in the current period. */
  remainingHeader?: string | undefined;
}

/** Slots are shared evenly between tenants, and between the jobs of a tenant. */
export interface Requester {
  /** An organization. */
  tenant: string;
  /** One interactive request, or one load. */
  job: string;
  /** Waits behind the other jobs of the tenant, and shares with those like it what is left: a fifth of the slots at least. */
  isBackground?: boolean | undefined;
}

/** The next slot is further away than the caller is willing to wait. */
export class RateLimitExceeded extends Error {
  override readonly name = 'RateLimitExceeded';

  constructor(readonly retryAfterMs: number) {
    super(`No slot within the maximum wait; retry after ${retryAfterMs} ms`);
  }
}
