import { setMaxListeners } from 'node:events';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The end of one exchange or wait: by its deadline or by any of the signals that were handed in. Those live longer than it does, so
 * nothing of it stays with them after `over`.
 */
export class Deadline {
  private readonly timer: NodeJS.Timeout | undefined;
  private act: (() => void) | undefined;
  private ended = false;
  private late = false;

  /** @param deadlineMs `null`: none */
  constructor(
    deadlineMs: number | null,
    private readonly signals: readonly AbortSignal[] = [],
  ) {
    for (const signal of signals) {
      // Many exchanges may end with one signal.
      setMaxListeners(0, signal);
      if (signal.aborted) this.end();
      else signal.addEventListener('abort', this.end);
    }
    if (deadlineMs === null) return;
    // Node takes a longer one for none.
    this.timer = setTimeout(this.expire, Math.min(deadlineMs, LONGEST_TIMER_MS));
  }

  /** @param act is called once, and at once where the end has come already */
  whenEnded(act: () => void): void {
    if (this.ended) act();
    else this.act = act;
  }

  get hasEnded(): boolean {
    return this.ended;
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

  private readonly expire = (): void => {
    this.late = true;
    this.end();
  };

  private readonly end = (): void => {
    if (this.ended) return;
    this.ended = true;
    this.act?.();
  };
}

/** @throws the reason of the signal that is aborted, as soon as one is */
export async function sleep(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  for (const signal of signals) signal.throwIfAborted();
  if (ms <= 0) return;
  const ending = new Deadline(ms, signals);
  await new Promise<void>((resolve) => ending.whenEnded(resolve));
  ending.over();
  if (!ending.isLate) throw reasonOf(signals);
}

export function reasonOf(signals: readonly AbortSignal[]): unknown {
  return signals.find(({ aborted }) => aborted)?.reason;
}
