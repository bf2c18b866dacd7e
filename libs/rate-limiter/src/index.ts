export { RateLimitExceeded, type RateLimit, type Requester } from './rate-limit.js';
export { RateLimiter, type AcquireOptions, type Permit } from './rate-limiter.js';
