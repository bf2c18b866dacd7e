import { setTimeout as sleep } from 'node:timers/promises';
import type { Budgets } from './budgets.js';
import type { Errand } from './call.js';
import { Ending } from './ending.js';
import { UpstreamError } from './upstream-error.js';

const PATIENCE_MS = 20_000;
const DEADLINE_MS = 25_000;
const TRY_DEADLINE_MS = 10_000;
const MAX_TRIES = 4;
const BACKOFF_BASE_MS = 200;
const BACKOFF_CAP_MS = 5_000;

export interface Surroundings {
  budgets: Budgets;
  /** The end of the process. */
  stopping: AbortSignal;
  clock: () => number;
  random: () => number;
}

/** One call on its way: what it has waited and tried so far, and what is left of its patience and of its deadline. */
export class Course {
  private readonly startedAt: number;
  private waitedMs = 0;
  private tries = 0;

  constructor(
    private readonly errand: Errand,
    private readonly around: Surroundings,
  ) {
    this.startedAt = around.clock();
  }

  /** @throws UpstreamError `rate-limited` where it would take longer than the caller is patient */
  async turn(): Promise<void> {
    const { budget } = this.errand;
    if (budget !== undefined) {
      const patience = this.patienceLeftMs();
      const wait = await this.around.budgets.reserve(budget, patience);
      if (wait === null) throw new UpstreamError('rate-limited', { retryAfterMs: patience });
      await this.wait(wait);
    }
    this.tries += 1;
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
    if (reason === 'rate-limited' && this.errand.budget !== undefined) return backoff;
    return Math.max(backoff, retryAfterMs);
  }

  async repeatAfter(pauseMs: number): Promise<void> {
    await this.wait(pauseMs);
    this.errand.watch?.retries();
  }

  private async wait(ms: number): Promise<void> {
    if (ms <= 0) return;
    const began = this.around.clock();
    const ending = new Ending(null, [this.around.stopping, this.errand.signal]);
    this.errand.watch?.waits(ms);
    try {
      await sleep(ms, undefined, { signal: ending.signal });
    } catch (cause) {
      throw ended(this.around.stopping, cause);
    } finally {
      ending.over();
      this.waitedMs += this.around.clock() - began;
      this.errand.watch?.waits(0);
    }
  }

  private patienceLeftMs(): number {
    return Math.max(0, (this.errand.patienceMs ?? PATIENCE_MS) - this.waitedMs);
  }

  private tryingLeftMs(): number {
    return (this.errand.deadlineMs ?? DEADLINE_MS) - (this.around.clock() - this.startedAt - this.waitedMs);
  }

  private isEnded(): boolean {
    return this.around.stopping.aborted || this.errand.signal?.aborted === true;
  }
}

function ended(stopping: AbortSignal, cause: unknown): UpstreamError {
  const note = stopping.aborted ? 'This service is stopping.' : 'The caller has gone.';
  return new UpstreamError('unavailable', { note }, { cause });
}
