export type { AcquireOptions } from './limiter-queue.js';
export { RateLimitExceeded, type RateLimit, type Requester } from './rate-limit.js';
export { RateLimiter, type Permit } from './rate-limiter.js';
