/** Shorter than a frame. */
const SLICE_MS = 8;

/** Splits long work on the main thread into slices, between which the browser handles input and paints. */
export class TimeSlicer {
  private sliceStart = performance.now();

  constructor(private readonly signal?: AbortSignal) {}

  get isDue(): boolean {
    return performance.now() - this.sliceStart > SLICE_MS;
  }

  /** @throws the reason with which the signal was aborted */
  async yieldToMain(): Promise<void> {
    await nextTask();
    this.signal?.throwIfAborted();
    this.sliceStart = performance.now();
  }
}

/** Browsers delay nested timers by 4 ms, and give a hidden tab no animation frames. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
