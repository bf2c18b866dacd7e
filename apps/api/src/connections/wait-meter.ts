import type { RequestObserver } from '@causeway/http-client';

/** Measures the waits of one request to a provider: for its rate limits, for its `Retry-After`, and before a retry. */
export class WaitMeter implements RequestObserver {
  private since: number | null = null;

  constructor(
    private readonly onWaited: (ms: number) => void,
    /** Observes the same request. */
    private readonly other: RequestObserver | undefined,
  ) {}

  onWait(ms: number): void {
    if (ms > 0) this.since ??= performance.now();
    else if (this.since !== null) {
      this.onWaited(performance.now() - this.since);
      this.since = null;
    }
    this.other?.onWait(ms);
  }

  onRetry(): void {
    this.other?.onRetry();
  }
}
