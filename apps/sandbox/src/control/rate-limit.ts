/** A rate limit as documented: `requests` per `seconds`; after a breach all requests are refused for `penaltySeconds`. */
export interface RateLimit {
  requests: number;
  seconds: number;
  penaltySeconds?: number;
}

/** The rate limit that counts a request, and the key that it is counted by. */
export interface RateLimitKey {
  rule: string;
  key: string;
}

export interface RateLimitUse extends RateLimitKey {
  limit: RateLimit;
  remaining: number;
  /** Milliseconds until a request would pass again; 0 when this one passed. */
  waitMs: number;
}
