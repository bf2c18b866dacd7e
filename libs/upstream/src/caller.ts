import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget, Budgets } from './budgets.js';
import { failureOf, retryAfterMs as retryAfterHeader, type Classify, type Failure } from './failure.js';
import type { HttpAnswer, HttpClient, HttpRequest } from './http-client.js';
import { UpstreamError, type FailureReason } from './upstream-error.js';

export interface Call {
  request: Omit<HttpRequest, 'deadlineMs'>;
  classify: Classify;
  /** Absent: the call is not paced. */
  budget?: Budget;
  /** True for reads and for writes that may safely happen twice. */
  repeatable: boolean;
  /** Milliseconds to wait after a 429 that carries no hint. */
  defaultRetryAfterMs: number;
  /** Milliseconds for everything: waiting for the budget, all tries and the pauses between them. */
  deadlineMs?: number;
}

const CALL_DEADLINE_MS = 25_000;
const TRY_DEADLINE_MS = 10_000;
const MAX_TRIES = 4;
const BACKOFF_BASE_MS = 200;
const BACKOFF_CAP_MS = 5_000;

/** Reasons that pass by themselves. A timed-out or cut call may have been carried out: only `repeatable` calls are sent again. */
const PASSING: ReadonlySet<FailureReason> = new Set(['rate-limited', 'unavailable', 'timeout', 'malformed']);

/** A call to a provider's API with pacing, retries with full jitter and a deadline over all of it. */
export class UpstreamCaller {
  private readonly stopping = new AbortController();

  constructor(
    private readonly http: HttpClient,
    private readonly budgets: Budgets,
    private readonly clock: () => number = Date.now,
    private readonly random: () => number = Math.random,
  ) {}

  /** Ends calls in flight, their waits and their retries; for the end of the process. */
  stop(): void {
    this.stopping.abort();
  }

  /** @throws UpstreamError with the reason of the last try. */
  async call(call: Call): Promise<HttpAnswer> {
    const end = this.clock() + (call.deadlineMs ?? CALL_DEADLINE_MS);
    for (let attempt = 1; ; attempt += 1) {
      const error = await this.tryOnce(call, end);
      if (!(error instanceof UpstreamError)) return error;
      const pause = this.pauseBefore(attempt, error, call);
      if (pause === null || this.clock() + pause >= end) throw error;
      await this.wait(pause);
    }
  }

  private async tryOnce(call: Call, end: number): Promise<HttpAnswer | UpstreamError> {
    await this.waitForTurn(call.budget, end);
    const deadlineMs = Math.max(1, Math.min(TRY_DEADLINE_MS, end - this.clock()));
    let answer: HttpAnswer;
    try {
      answer = await this.http.send({ ...call.request, deadlineMs, signal: this.stopping.signal });
    } catch (error) {
      if (error instanceof UpstreamError) return error;
      throw error;
    }
    const failure = call.classify(answer) ?? failureOf(answer) ?? unreadable(answer);
    if (failure === undefined) return answer;
    const hint = retryAfterHeader(answer.headers['retry-after'], this.clock()) ?? failure.retryAfterMs;
    const retryAfterMs = hint ?? (failure.reason === 'rate-limited' ? call.defaultRetryAfterMs : undefined);
    if (failure.reason === 'rate-limited' && call.budget !== undefined && retryAfterMs !== undefined) {
      await this.budgets.pause(call.budget, retryAfterMs);
    }
    return new UpstreamError(failure.reason, {
      status: answer.status,
      ...(failure.code === undefined ? {} : { code: failure.code }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  private async waitForTurn(budget: Budget | undefined, end: number): Promise<void> {
    if (budget === undefined) return;
    const left = end - this.clock();
    const wait = await this.budgets.reserve(budget, Math.max(0, left - 1_000));
    if (wait === null) throw new UpstreamError('rate-limited', { retryAfterMs: left });
    if (wait > 0) await this.wait(wait);
  }

  private async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch((cause: unknown) => {
      throw new UpstreamError('unavailable', { note: 'This service is stopping.' }, { cause });
    });
  }

  private pauseBefore(attempt: number, error: UpstreamError, call: Call): number | null {
    if (attempt >= MAX_TRIES || this.stopping.signal.aborted || !PASSING.has(error.reason)) return null;
    if (error.reason !== 'rate-limited' && !call.repeatable) return null;
    const backoff = this.random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** attempt);
    return Math.max(backoff, error.context.retryAfterMs ?? 0);
  }
}

/** A success without JSON is no success for any of our providers. */
function unreadable(answer: HttpAnswer): Failure | undefined {
  return answer.body === undefined && answer.status !== 204 ? { reason: 'malformed' } : undefined;
}
