import { LoadInterruptedError, streamItems, type CausewayClient, type LoadSummary } from '@causeway/client';
import { problemOf, type ProblemDetails } from '../../api/service-problem.js';
import { Pace } from '../view/pace.js';
import { LoadedItems } from './loaded-items.js';

/** What was asked for when "Load" was pressed. */
export interface LoadWish {
  /** None: what the integration loads by default. */
  types: string[];
  parent: string;
}

export type LoadPhase =
  | { phase: 'idle' }
  /** `waitingUntil`: milliseconds since the epoch; `null`: the provider lets it go on. */
  | { phase: 'loading'; refreshing: boolean; waitingUntil: number | null }
  | { phase: 'stopped' }
  | { phase: 'complete'; end: LoadSummary; refreshed: { changed: number; added: number } | null }
  /** `began`: something can be gone on with. */
  | { phase: 'incomplete'; problem: ProblemDetails; began: boolean };

/** What is shown changes at most this often while lines come. */
const SHOW_EVERY_MS = 120;
const FIRST_MS = 30;

interface Run {
  wish: LoadWish;
  /** Only what changed since then. */
  since: string | null;
  cursor: string | null;
}

/** One connection's items: loads them, stops, goes on, and gets what changed. Everything loaded so far stays over all of these. */
export class ItemLoad {
  readonly items = new LoadedItems();
  private now: LoadPhase = { phase: 'idle' };
  private version = { number: 0 };
  /** What a further run begins with: of the last run that did not come to its end. */
  private rest: Run | null = null;
  private last: { wish: LoadWish; next: string } | null = null;
  private away: AbortController | null = null;
  private showing: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly client: CausewayClient,
    readonly connectionId: string,
    /** A load uses the connection, and is where a grant that is gone comes to light. */
    private readonly onUsed: () => void,
  ) {}

  get phase(): LoadPhase {
    return this.now;
  }

  get mayContinue(): boolean {
    return this.rest !== null && this.now.phase !== 'loading';
  }

  get mayRefresh(): boolean {
    return this.last !== null && this.now.phase === 'complete';
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** Another object whenever anything changed. */
  snapshot = () => this.version;

  load(wish: LoadWish): void {
    this.clear();
    void this.run({ wish, since: null, cursor: null });
  }

  /** After a stop, a cut or an outage: what is missing. */
  continue(): void {
    if (this.rest !== null) void this.run(this.rest);
  }

  refresh(): void {
    if (this.last !== null) void this.run({ wish: this.last.wish, since: this.last.next, cursor: null });
  }

  stop(): void {
    this.away?.abort();
  }

  clear(): void {
    this.stop();
    this.away = null;
    this.items.clear();
    this.rest = null;
    this.last = null;
    this.show({ phase: 'idle' });
  }

  private async run({ wish, since, cursor }: Run): Promise<void> {
    this.stop();
    const mine = new AbortController();
    this.away = mine;
    const isMine = () => this.away === mine;
    const told = { changed: 0, added: 0 };
    const loading = { phase: 'loading', refreshing: since !== null } as const;
    this.rest = { wish, since, cursor };
    this.show({ ...loading, waitingUntil: null });
    const pace = new Pace();
    try {
      const lines = streamItems(this.client, {
        connectionId: this.connectionId,
        signal: mine.signal,
        // A cursor brings along what its load was asked for.
        ...(cursor !== null
          ? { cursor }
          : {
              types: wish.types,
              ...(wish.parent === '' ? {} : { parent: wish.parent }),
              ...(since === null ? {} : { updatedSince: since }),
            }),
      });
      for await (const { item, progress, end } of lines) {
        // What lies ready after a stop comes again with what is missing.
        mine.signal.throwIfAborted();
        if (item !== undefined) {
          const how = this.items.put(item);
          if (how === 'new') told.added += 1;
          else if (how === 'changed') told.changed += 1;
          this.showSoon();
          if (pace.isDue) await pace.breathe();
        } else if (progress !== undefined) {
          if (progress.resumeCursor !== null) this.rest = { wish, since, cursor: progress.resumeCursor };
          const { waitingMs } = progress;
          this.show({ ...loading, waitingUntil: waitingMs > 0 ? Date.now() + waitingMs : null });
        } else if (end?.complete === true) {
          this.rest = null;
          this.last = { wish, next: end.nextUpdatedSince };
          this.show({ phase: 'complete', end, refreshed: since === null ? null : told });
        } else if (end !== undefined) {
          this.rest = { wish, since, cursor: end.resumeCursor };
          const began = this.items.rows.length > 0;
          this.show({ phase: 'incomplete', problem: end.problem ?? problemOf(null), began });
        }
      }
    } catch (error) {
      if (!isMine()) return;
      if (mine.signal.aborted) this.show({ phase: 'stopped' });
      else this.fail(error);
    } finally {
      this.onUsed();
    }
  }

  private fail(error: unknown): void {
    const began = this.items.rows.length > 0;
    if (!began && !(error instanceof LoadInterruptedError)) this.rest = null;
    this.show({ phase: 'incomplete', problem: problemOf(error), began });
  }

  private show(phase: LoadPhase): void {
    this.now = phase;
    this.tell();
  }

  private showSoon(): void {
    // The first page at once, and as one: what columns it wants shows in several rows.
    this.showing ??= setTimeout(() => this.tell(), this.items.rows.length === 1 ? FIRST_MS : SHOW_EVERY_MS);
  }

  private tell(): void {
    clearTimeout(this.showing);
    this.showing = undefined;
    this.version = { number: this.version.number + 1 };
    for (const listener of this.listeners) listener();
  }
}
