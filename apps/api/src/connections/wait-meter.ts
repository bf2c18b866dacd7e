import type { RequestObserver } from '@causeway/http-client';

/** Counts the retries of one request to a provider, and measures its waits: for rate limits, for `Retry-After`, and before a retry. */
export class WaitMeter implements RequestObserver {
  waitedMs = 0;
  retries = 0;
  private since: number | null = null;

  constructor(
    private readonly onWaited: (ms: number) => void,
    /** Observes the same request. */
    private readonly other: RequestObserver | undefined,
  ) {}

  onWait(ms: number): void {
    if (ms > 0) this.since ??= performance.now();
    else if (this.since !== null) {
      const waitedMs = performance.now() - this.since;
      this.since = null;
      this.waitedMs += waitedMs;
      this.onWaited(waitedMs);
    }
    this.other?.onWait(ms);
  }

  onRetry(): void {
    this.retries += 1;
    this.other?.onRetry();
  }
}
