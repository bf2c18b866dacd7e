import type { RequestObserver } from '@causeway/http-client';

/** What a load has done so far. */
export interface LoadCounts {
  items: number;
  byType: Record<string, number>;
  /** Pages that the provider gave, empty ones among them. */
  pages: number;
  emptyPages: number;
  /** Items that the provider gave more than once. */
  duplicates: number;
  /** Calls that were sent again. */
  retries: number;
}

/** Counts what a load does, and how long the provider's limits hold it up. Times are milliseconds. */
export class LoadReport {
  readonly counts: LoadCounts = { items: 0, byType: {}, pages: 0, emptyPages: 0, duplicates: 0, retries: 0 };
  private readonly began: number;
  private calls = 0;
  /** When the wait of each call that waits is over. */
  private readonly waits = new Map<RequestObserver, number>();
  private waitingSince: number | null = null;
  private waited = 0;

  constructor(
    types: readonly string[],
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.began = clock();
    for (const type of types) this.counts.byType[type] = 0;
  }

  /** How long until any of the calls on their way goes on; 0 while one does. */
  get waitingMs(): number {
    if (this.waits.size === 0 || this.waits.size < this.calls) return 0;
    return Math.max(0, Math.round(Math.min(...this.waits.values()) - this.clock()));
  }

  /** How long calls waited, those side by side counted once. */
  get waitedMs(): number {
    return Math.round(this.waited + (this.waitingSince === null ? 0 : this.clock() - this.waitingSince));
  }

  get durationMs(): number {
    return Math.round(this.clock() - this.began);
  }

  /** Runs one call, or several in a row, and hears when it waits or is sent again. */
  async watch<T>(call: (watch: RequestObserver) => Promise<T>): Promise<T> {
    const watch: RequestObserver = {
      onWait: (ms) => this.noteWait(watch, ms),
      onRetry: () => (this.counts.retries += 1),
    };
    this.calls += 1;
    try {
      return await call(watch);
    } finally {
      this.calls -= 1;
      this.noteWait(watch, 0);
    }
  }

  given(type: string): void {
    this.counts.items += 1;
    this.counts.byType[type] = (this.counts.byType[type] ?? 0) + 1;
  }

  private noteWait(watch: RequestObserver, ms: number): void {
    const now = this.clock();
    if (ms > 0) this.waits.set(watch, now + ms);
    else this.waits.delete(watch);
    if (this.waits.size > 0) this.waitingSince ??= now;
    else if (this.waitingSince !== null) {
      this.waited += now - this.waitingSince;
      this.waitingSince = null;
    }
  }
}
