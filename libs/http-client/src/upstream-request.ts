import type { RateLimit, Requester } from '@causeway/rate-limiter';
import type { Classify } from './classify.js';
import type { HttpRequest, StreamedRequest } from './http-message.js';

export interface RequestObserver {
  /**
   * A wait begins that will take about `ms` milliseconds: for a slot of the rate limit, for the provider's `Retry-After`, or before a retry.
   * 0: nothing waits any more. Waits for a slot are estimates that can be wrong both ways: to sum up waits, measure the time until the 0.
   */
  onWait(ms: number): void;
  /** The same request is sent again. */
  onRetry(): void;
}

export interface RequestOptions {
  /** Absent: the request does not wait for a slot. */
  rateLimit?: RateLimit | undefined;
  requester: Requester;
  /** Ends waits, retries and the exchange itself. */
  signal?: AbortSignal | undefined;
  /** The most milliseconds that all waits for slots and for `Retry-After` may take together. Default: 20 s. */
  maxWaitMs?: number | undefined;
  /** Milliseconds for all tries and the backoff between them, in addition to `maxWaitMs`. Default: 25 s. */
  timeoutMs?: number | undefined;
  observer?: RequestObserver | undefined;
  /** Milliseconds to wait after a 429 that does not say how long. */
  defaultRetryAfterMs: number;
}

/** A request whose response is read as a whole and classified. */
export interface UpstreamRequest extends RequestOptions {
  request: Omit<HttpRequest, 'timeoutMs' | 'signals'>;
  classify: Classify;
  /** True for reads, and for writes that may safely happen twice. */
  repeatable: boolean;
}

/** A request whose response is streamed to the caller as it is. */
export interface UpstreamStreamRequest extends RequestOptions {
  request: Omit<StreamedRequest, 'timeoutMs' | 'signals'>;
}
