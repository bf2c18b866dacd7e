import type { Rate, Ref } from '@causeway/store';

/** An allowance of calls at a provider and what it is counted by. */
export interface Budget {
  rate: Rate;
  /** What the allowance belongs to: a connection, a base, a method of a workspace. */
  ref: Ref;
  /** Header of an answer that says how many calls are left in the present period. */
  remainingHeader?: string;
}

/** Who is asking: turns are given evenly to groups, and within a group to its flows. */
export interface Share {
  /** An organisation. */
  group: string;
  /** One interactive request, or one load. */
  flow: string;
}
