import type { RateLimit, Requester } from '@causeway/rate-limiter';
import type { Classify } from './failure.js';
import type { HttpRequest, StreamedRequest } from './http-message.js';

/** For whoever wants to show what a call is doing. */
export interface RequestObserver {
  /**
   * A wait begins, for a turn, for the provider's `Retry-After` or before a repetition, and will take about so many milliseconds;
   * 0: it is over. The estimate of a turn can be wrong both ways: a sum is rightly made of the time until the 0.
   */
  onWait(ms: number): void;
  /** The same request is sent once more. */
  onRetry(): void;
}

/** How a call is paced, however it is answered. */
export interface RequestOptions {
  /** Absent: the call is not paced. */
  rateLimit?: RateLimit;
  requester: Requester;
  /** Ends waits, retries and the exchange itself. */
  signal?: AbortSignal;
  /** Milliseconds that all waiting for turns and for `Retry-After` may take together. Default: 20 s. */
  maxWaitMs?: number;
  observer?: RequestObserver;
  /** Milliseconds to wait after a 429 that carries no hint. */
  defaultRetryAfterMs: number;
  /** Milliseconds for all tries and the back-off between them, beside what `patienceMs` allows. Default: 25 s. */
  deadlineMs?: number;
}

/** A call whose answer is read and judged here. */
export interface UpstreamRequest extends RequestOptions {
  request: Omit<HttpRequest, 'deadlineMs' | 'signals'>;
  classify: Classify;
  /** True for reads and for writes that may safely happen twice. */
  repeatable: boolean;
}

/** A call whose answer is handed on as it is. */
export interface UpstreamStreamRequest extends RequestOptions {
  request: Omit<StreamedRequest, 'deadlineMs' | 'signals'>;
}
