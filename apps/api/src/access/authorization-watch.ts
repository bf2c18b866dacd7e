/** How long somebody whose key was revoked, or whose session has ended, may go on with what had begun before. */
const CHECK_MS = 10_000;

/** Aborts what outlives its request's authorization: when the client disconnects, or loses access. */
export class AuthorizationWatch {
  readonly signal: AbortSignal;
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;

  /**
   * @param disconnected aborts when the client has disconnected
   * @param isStillAuthorized whether what has begun may still go on
   */
  constructor(
    disconnected: AbortSignal,
    private readonly isStillAuthorized: () => Promise<boolean>,
  ) {
    this.signal = AbortSignal.any([disconnected, this.lost.signal]);
    this.timer = setInterval(() => void this.check(), CHECK_MS).unref();
  }

  /** Whether access was lost, instead of the client. */
  get isLost(): boolean {
    return this.lost.signal.aborted;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async check(): Promise<void> {
    // The store may be unavailable; the next check decides.
    if (!(await this.isStillAuthorized().catch(() => true))) this.lost.abort();
  }
}
