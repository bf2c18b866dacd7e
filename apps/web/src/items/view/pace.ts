/** What a frame can spare: longer work lets the page breathe in between. */
const SLICE_MS = 8;

/** Lets long work run on the page's own thread without anybody feeling it. */
export class Pace {
  private since = performance.now();

  constructor(private readonly signal?: AbortSignal) {}

  get isDue(): boolean {
    return performance.now() - this.since > SLICE_MS;
  }

  /** Input and painting come first; then it goes on. @throws whatever the signal was aborted with */
  async breathe(): Promise<void> {
    await nextTurn();
    this.signal?.throwIfAborted();
    this.since = performance.now();
  }
}

/** A timer would wait for 4 ms after a few times, and an animation frame for ever in a tab that nobody sees. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
