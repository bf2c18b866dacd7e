import type { Rate, Ref } from '@causeway/store';

/** An allowance of calls at a provider and what it is counted by. */
export interface RateLimit {
  rate: Rate;
  /** What the allowance belongs to: a connection, a base, a method of a workspace. */
  ref: Ref;
  /** Header of an answer that says how many calls are left in the present period. */
  remainingHeader?: string;
}

/** Who is asking: turns are given evenly to groups, and within a group to its flows. */
export interface Requester {
  /** An organisation. */
  tenant: string;
  /** One interactive request, or one load. */
  job: string;
}
