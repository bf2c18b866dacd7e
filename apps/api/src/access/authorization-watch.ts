/** How long somebody whose key was revoked, or whose session has ended, may go on with what had begun before. */
const CHECK_MS = 10_000;

/** Aborts what outlives its request's authorization: when the client disconnects, or loses access. */
export class AuthorizationWatch {
  /** Whether access was lost, instead of the client. */
  isLost = false;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  /** @param isStillAuthorized whether what has begun may still go on */
  constructor(private readonly isStillAuthorized: () => Promise<boolean>) {
    this.timer = setInterval(() => void this.check(), CHECK_MS).unref();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The client has left before the end. */
  disconnect(): void {
    this.stop();
    this.controller.abort();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async check(): Promise<void> {
    // The store may be unavailable; the next check decides.
    if (await this.isStillAuthorized().catch(() => true)) return;
    this.isLost = true;
    this.controller.abort();
  }
}
