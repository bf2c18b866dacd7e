import type { StoreFault, StoreObserver, StoreWarning } from './store-fault.js';

/** How often a store with a fault is tried. */
const TRY_MS = 1_000;
/** A store that refuses some calls and takes others, as one that is nearly full, is not available again in between. */
const QUIET_MS = 900;

interface FaultMonitorOptions {
  /** How the store is called in the log. */
  name: string;
  observer: StoreObserver;
  faultOf: (error: unknown) => StoreFault;
  /** Rejects while anything of the store does not work. */
  tryStore: () => Promise<void>;
}

/** Counts every failed call, reports each kind of fault once, and when the store works again. */
export class FaultMonitor {
  private readonly faults = new Map<string, StoreFault>();
  private lastFailure = 0;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly options: FaultMonitorOptions) {}

  /** Faults that were reported and are not over. */
  warnings(): StoreWarning[] {
    return [...this.faults.values()].map(({ code, advice }) => ({ name: code, detail: advice }));
  }

  /** A call failed. */
  failed(error: unknown): void {
    const fault = this.options.faultOf(error);
    this.options.observer.onFailure?.(fault.code);
    this.report(fault);
  }

  /** A fault was noticed without a call. */
  noticed(error: unknown): void {
    this.report(this.options.faultOf(error));
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private report(fault: StoreFault): void {
    if (this.isClosed) return;
    this.lastFailure = performance.now();
    if (!this.faults.has(fault.code)) {
      this.faults.set(fault.code, fault);
      const advice = fault.advice === '' ? '' : ` (${fault.advice})`;
      this.options.observer.report?.(`${this.options.name} is unavailable: ${fault.message}${advice}`);
    }
    this.timer ??= setTimeout(() => void this.tryStore(), TRY_MS).unref();
  }

  private async tryStore(): Promise<void> {
    const works = await this.options.tryStore().then(
      () => performance.now() - this.lastFailure >= QUIET_MS,
      () => false,
    );
    if (this.isClosed) return;
    this.timer = undefined;
    if (works) {
      this.faults.clear();
      this.options.observer.report?.(`${this.options.name} is available again`);
    } else {
      this.timer = setTimeout(() => void this.tryStore(), TRY_MS).unref();
    }
  }
}
