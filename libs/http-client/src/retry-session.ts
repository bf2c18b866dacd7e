import { RateLimitExceeded, type Permit, type RateLimiter } from '@causeway/rate-limiter';
import { sleep } from './deadline.js';
import { backoffMs, isRetryable, MAX_TRIES } from './retry-policy.js';
import { UpstreamError } from './upstream-error.js';
import type { RequestOptions } from './upstream-request.js';

const MAX_WAIT_MS = 20_000;
const TIMEOUT_MS = 25_000;
const TRY_TIMEOUT_MS = 10_000;

export interface RetryDependencies {
  limiter: RateLimiter;
  /** Aborted when the service stops. */
  stopping: AbortSignal;
  clock: () => number;
  random: () => number;
}

/** The tries of one request: how often and how long it has been tried, and how long it has waited. */
export class RetrySession {
  /** Each of them ends the request. */
  readonly signals: readonly AbortSignal[];
  private readonly startedAt: number;
  private waitedMs = 0;
  private tries = 0;

  constructor(
    private readonly options: RequestOptions,
    private readonly dependencies: RetryDependencies,
  ) {
    const { stopping, clock } = dependencies;
    this.signals = options.signal === undefined ? [stopping] : [stopping, options.signal];
    this.startedAt = clock();
  }

  get isAborted(): boolean {
    return this.signals.some(({ aborted }) => aborted);
  }

  /**
   * Waits for a slot of the rate limit, if the request has one.
   * @throws UpstreamError `rate-limited` if that takes longer than the request may wait
   */
  async acquirePermit(): Promise<Permit | undefined> {
    const { rateLimit, requester } = this.options;
    const { signals } = this;
    const permit =
      rateLimit &&
      (await this.wait((onWait) =>
        this.dependencies.limiter.acquire(rateLimit, requester, { maxWaitMs: this.maxWaitMs(), signals, onWait }),
      ));
    this.tries += 1;
    return permit;
  }

  tryTimeoutMs(): number {
    return Math.max(1, Math.min(TRY_TIMEOUT_MS, this.timeoutMs()));
  }

  /** Milliseconds to wait before the next try; `null`: there is none. */
  pauseAfter(failure: UpstreamError, repeatable: boolean): number | null {
    if (!isRetryable(failure, repeatable) || this.tries >= MAX_TRIES || this.isAborted) return null;
    const { retryAfterMs } = failure.context;
    const backoff = backoffMs(this.tries, this.dependencies.random());
    if (backoff >= this.timeoutMs()) return null;
    if (retryAfterMs === undefined) return backoff;
    if (retryAfterMs > this.maxWaitMs()) return null;
    // The rate limit is paused as a whole: the next slot comes after that.
    if (failure.reason === 'rate-limited' && this.options.rateLimit !== undefined) return backoff;
    return Math.max(backoff, retryAfterMs);
  }

  async pause(ms: number): Promise<void> {
    await this.wait((onWait) => {
      onWait(ms);
      return sleep(ms, this.signals);
    });
    this.options.observer?.onRetry();
  }

  private async wait<T>(wait: (onWait: (ms: number) => void) => Promise<T>): Promise<T> {
    const { observer } = this.options;
    const { clock, stopping } = this.dependencies;
    const startedAt = clock();
    try {
      return await wait((ms) => observer?.onWait(ms));
    } catch (cause) {
      if (cause instanceof RateLimitExceeded) {
        throw new UpstreamError('rate-limited', { retryAfterMs: cause.retryAfterMs }, { cause });
      }
      if (!this.isAborted) throw cause;
      if (stopping.aborted) throw new UpstreamError('stopping', {}, { cause });
      throw new UpstreamError('unavailable', { note: 'The caller has gone.' }, { cause });
    } finally {
      this.waitedMs += clock() - startedAt;
      observer?.onWait(0);
    }
  }

  /** What is left of the time for waiting. */
  private maxWaitMs(): number {
    return Math.max(0, (this.options.maxWaitMs ?? MAX_WAIT_MS) - this.waitedMs);
  }

  /** What is left of the time for all tries. */
  private timeoutMs(): number {
    const triedMs = this.dependencies.clock() - this.startedAt - this.waitedMs;
    return (this.options.timeoutMs ?? TIMEOUT_MS) - triedMs;
  }
}
