import type { RequestObserver } from '@causeway/http-client';

export interface LoadCounts {
  items: number;
  byType: Record<string, number>;
  /** Pages of the provider, empty ones among them. */
  pages: number;
  emptyPages: number;
  /** Items that the provider gave more than once. */
  duplicates: number;
  /** Requests that were sent again. */
  retries: number;
}

/** Counts what a load does, and how long the provider's limits make it wait. Times are milliseconds. */
export class LoadStatistics {
  readonly counts: LoadCounts = { items: 0, byType: {}, pages: 0, emptyPages: 0, duplicates: 0, retries: 0 };
  private readonly startedAt = performance.now();
  /** When the wait of each waiting request is over. */
  private readonly waits = new Map<RequestObserver, number>();
  private waitingSince: number | null = null;
  private waited = 0;

  constructor(types: readonly string[]) {
    for (const type of types) this.counts.byType[type] = 0;
  }

  /** How long until any of the pages in flight goes on; 0 while one does. */
  waitingMs(inFlight: number): number {
    if (this.waits.size === 0 || this.waits.size < inFlight) return 0;
    return Math.max(0, Math.round(Math.min(...this.waits.values()) - performance.now()));
  }

  /** How long requests waited; those that waited at the same time count once. */
  get waitedMs(): number {
    return Math.round(this.waited + (this.waitingSince === null ? 0 : performance.now() - this.waitingSince));
  }

  get durationMs(): number {
    return Math.round(performance.now() - this.startedAt);
  }

  /** For one request. */
  observeRequest(): RequestObserver {
    const observer: RequestObserver = {
      onWait: (ms) => this.noteWait(observer, ms),
      onRetry: () => (this.counts.retries += 1),
    };
    return observer;
  }

  countItem(type: string): void {
    this.counts.items += 1;
    this.counts.byType[type] = (this.counts.byType[type] ?? 0) + 1;
  }

  private noteWait(observer: RequestObserver, ms: number): void {
    const now = performance.now();
    if (ms > 0) this.waits.set(observer, now + ms);
    else this.waits.delete(observer);
    if (this.waits.size > 0) this.waitingSince ??= now;
    else if (this.waitingSince !== null) {
      this.waited += now - this.waitingSince;
      this.waitingSince = null;
    }
  }
}
