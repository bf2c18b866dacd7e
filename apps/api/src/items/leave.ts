import { Problem } from '@causeway/problem';
import type { Actor } from '../access/actor.js';

/** Whoever reads a load as it comes. */
export interface LoadReader {
  actor: Actor;
  /** Has gone. */
  signal: AbortSignal;
  /** Whether its credential still opens this route: a key may have been revoked, a session may have ended. */
  mayRead(): Promise<boolean>;
}

/** How long a key that was revoked, or a session that has ended, may still read. */
const LOOK_MS = 10_000;

/** A load's leave to go on: it lasts for as long as its reader is there, and may be. */
export class Leave {
  /** Why it was taken, if not because the reader has gone. */
  problem: Problem | null = null;
  private readonly ending = new AbortController();
  private readonly looking: NodeJS.Timeout;
  private readonly gone = () => this.ending.abort();

  constructor(private readonly reader: LoadReader) {
    this.looking = setInterval(() => void this.look(), LOOK_MS).unref();
    if (reader.signal.aborted) this.gone();
    else reader.signal.addEventListener('abort', this.gone);
  }

  /** Ends the calls to the provider. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  over(): void {
    clearInterval(this.looking);
    this.reader.signal.removeEventListener('abort', this.gone);
  }

  private async look(): Promise<void> {
    // The store may be away; the next look tells.
    if (await this.reader.mayRead().catch(() => true)) return;
    this.problem = new Problem(
      'unauthenticated',
      'The key or session that began this load has ended. With another one it goes on from resumeCursor.',
    );
    this.ending.abort();
  }
}
