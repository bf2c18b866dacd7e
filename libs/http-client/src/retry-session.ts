import { RateLimitExceeded, type Permit, type RateLimiter } from '@causeway/rate-limiter';
import type { RequestOptions } from './upstream-request.js';
import { sleep } from './deadline.js';
import { UpstreamError } from './upstream-error.js';

const PATIENCE_MS = 20_000;
const DEADLINE_MS = 25_000;
const TRY_DEADLINE_MS = 10_000;
const MAX_TRIES = 4;
const BACKOFF_BASE_MS = 200;
const BACKOFF_CAP_MS = 5_000;

export interface RetryDependencies {
  budgets: RateLimiter;
  /** The end of the process. */
  stopping: AbortSignal;
  clock: () => number;
  random: () => number;
}

/** One call on its way: what it has waited and tried so far, and what is left of its patience and of its deadline. */
export class RetrySession {
  private readonly startedAt: number;
  private waitedMs = 0;
  private tries = 0;

  constructor(
    private readonly errand: RequestOptions,
    private readonly around: RetryDependencies,
  ) {
    this.startedAt = around.clock();
  }

  /**
   * Waits for the next try's turn, where the call is paced.
   * @throws UpstreamError `rate-limited` where it would take longer than the caller is patient
   */
  async turn(): Promise<Permit | undefined> {
    const { rateLimit: budget, requester: share } = this.errand;
    const turn =
      budget === undefined
        ? undefined
        : await this.waiting((signals, announce) =>
            this.around.budgets.acquire(budget, share, { maxWaitMs: this.patienceLeftMs(), signals, onWait: announce }),
          );
    this.tries += 1;
    return turn;
  }

  /** For the try that begins now. */
  tryDeadlineMs(): number {
    return Math.max(1, Math.min(TRY_DEADLINE_MS, this.tryingLeftMs()));
  }

  /** Milliseconds before the same may be sent again; `null`: never. */
  pauseAfter({ reason, context: { retryAfterMs } }: UpstreamError): number | null {
    if (this.tries >= MAX_TRIES || this.isEnded()) return null;
    const backoff = this.around.random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** this.tries);
    if (backoff >= this.tryingLeftMs()) return null;
    if (retryAfterMs === undefined) return backoff;
    if (retryAfterMs > this.patienceLeftMs()) return null;
    // The whole budget pauses: its turns come after that.
    if (reason === 'rate-limited' && this.errand.rateLimit !== undefined) return backoff;
    return Math.max(backoff, retryAfterMs);
  }

  async repeatAfter(pauseMs: number): Promise<void> {
    await this.waiting((signals, announce) => {
      if (pauseMs > 0) announce(pauseMs);
      return sleep(pauseMs, signals);
    });
    this.errand.observer?.onRetry();
  }

  private async waiting<T>(
    wait: (signals: readonly AbortSignal[], announce: (ms: number) => void) => Promise<T>,
  ): Promise<T> {
    const { observer: watch, signal } = this.errand;
    const { stopping, clock } = this.around;
    const began = clock();
    const signals = signal === undefined ? [stopping] : [stopping, signal];
    let announced = false;
    try {
      return await wait(signals, (ms) => {
        announced = true;
        watch?.onWait(ms);
      });
    } catch (cause) {
      if (cause instanceof RateLimitExceeded) {
        throw new UpstreamError('rate-limited', { retryAfterMs: cause.retryAfterMs }, { cause });
      }
      if (!this.isEnded()) throw cause;
      const note = stopping.aborted ? 'This service is stopping.' : 'The caller has gone.';
      throw new UpstreamError('unavailable', { note }, { cause });
    } finally {
      this.waitedMs += clock() - began;
      if (announced) watch?.onWait(0);
    }
  }

  private patienceLeftMs(): number {
    return Math.max(0, (this.errand.maxWaitMs ?? PATIENCE_MS) - this.waitedMs);
  }

  private tryingLeftMs(): number {
    return (this.errand.deadlineMs ?? DEADLINE_MS) - (this.around.clock() - this.startedAt - this.waitedMs);
  }

  private isEnded(): boolean {
    return this.around.stopping.aborted || this.errand.signal?.aborted === true;
  }
}
