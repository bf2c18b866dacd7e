import { setMaxListeners } from 'node:events';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * One signal for one exchange: ended by its deadline or by any of the signals that were handed in. Those live longer than the
 * exchange does, so nothing of it stays with them after `over`.
 */
export class Ending {
  private readonly controller = new AbortController();
  private readonly end = () => this.controller.abort();
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly signals: AbortSignal[];
  private late = false;

  /** @param deadlineMs `null`: none */
  constructor(deadlineMs: number | null, signals: AbortSignal | (AbortSignal | undefined)[] = []) {
    this.signals = [signals].flat().filter((signal) => signal !== undefined);
    for (const signal of this.signals) {
      // Many exchanges may end with one signal.
      setMaxListeners(0, signal);
      if (signal.aborted) this.end();
      else signal.addEventListener('abort', this.end);
    }
    if (deadlineMs === null) return;
    this.timer = setTimeout(
      () => {
        this.late = true;
        this.end();
        // Node takes a longer one for none.
      },
      Math.min(deadlineMs, LONGEST_TIMER_MS),
    );
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isLate(): boolean {
    return this.late;
  }

  /** What the deadline was for has come; the signals still count. */
  met(): void {
    clearTimeout(this.timer);
  }

  over(): void {
    this.met();
    for (const signal of this.signals) signal.removeEventListener('abort', this.end);
  }
}

/** @throws the reason of the signal, as soon as it is aborted */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw signal.reason;
  if (ms <= 0) return;
  const ending = new Ending(ms, signal);
  await new Promise((resolve) => ending.signal.addEventListener('abort', resolve));
  ending.over();
  if (!ending.isLate) throw signal.reason;
}
