/** A rate limit as documented: `requests` in any `seconds`; after a breach nothing passes for `penaltySeconds`. */
export interface Allowance {
  requests: number;
  seconds: number;
  penaltySeconds?: number;
}

/** Which allowance a request draws on, and by what it is counted. */
export interface Draw {
  rule: string;
  key: string;
}

export interface Spent extends Draw {
  allowance: Allowance;
  remaining: number;
  /** Milliseconds until a request would pass again; 0 when this one passed. */
  waitMs: number;
}
