import { setMaxListeners } from 'node:events';

/**
 * Calls `onEnd` once: after a time, or as soon as one of the signals is aborted. The signals outlive it, so `clear` removes its listeners.
 * `AbortSignal.any` is no substitute on Node 20: with a signal that lives long it leaks some 60 bytes a time, and takes ten times as long.
 */
export class Deadline {
  hasTimedOut = false;
  private hasEnded = false;
  private readonly timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs `null`: only the signals count */
  constructor(
    timeoutMs: number | null,
    private readonly signals: readonly AbortSignal[],
    private readonly onEnd: () => void,
  ) {
    for (const signal of signals) {
      // One signal may end any number of exchanges.
      setMaxListeners(0, signal);
      if (signal.aborted) this.end();
      else signal.addEventListener('abort', this.end);
    }
    if (timeoutMs === null) return;
    this.timer = setTimeout(() => {
      this.hasTimedOut = !this.hasEnded;
      this.end();
    }, timeoutMs);
  }

  /** The signals still count. */
  clearTimeout(): void {
    clearTimeout(this.timer);
  }

  clear(): void {
    clearTimeout(this.timer);
    for (const signal of this.signals) signal.removeEventListener('abort', this.end);
  }

  private readonly end = (): void => {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.onEnd();
  };
}

/** @throws the reason of the signal that is aborted, as soon as one is */
export async function sleep(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  for (const signal of signals) signal.throwIfAborted();
  if (ms <= 0) return;
  await new Promise<void>((resolve) => {
    const deadline = new Deadline(ms, signals, () => {
      deadline.clear();
      resolve();
    });
  });
  for (const signal of signals) signal.throwIfAborted();
}
