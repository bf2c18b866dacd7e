import { Problem } from '@causeway/problem';
import type { Actor } from '../access/actor.js';

export interface LoadReader {
  actor: Actor;
  /** The reader has disconnected. */
  signal: AbortSignal;
  /** Whether its credential still opens this route: a key may have been revoked, a session may have ended. */
  isStillAuthorized(): Promise<boolean>;
}

/** How long a key that was revoked, or a session that has ended, may still read. */
const CHECK_MS = 10_000;

/** Aborts a running load when its reader disconnects or loses access. */
export class LoadAuthorization {
  /** Why the load was aborted, if not because the reader disconnected. */
  problem: Problem | null = null;
  readonly signal: AbortSignal;
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly reader: LoadReader) {
    this.signal = AbortSignal.any([reader.signal, this.lost.signal]);
    this.timer = setInterval(() => void this.check(), CHECK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async check(): Promise<void> {
    // The store may be unavailable; the next check decides.
    if (await this.reader.isStillAuthorized().catch(() => true)) return;
    this.problem = new Problem(
      'unauthenticated',
      'The key or session that began this load has ended. With another one it goes on from resumeCursor.',
    );
    this.lost.abort();
  }
}
