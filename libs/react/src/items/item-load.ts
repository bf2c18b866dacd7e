import {
  CausewayError,
  LoadInterruptedError,
  streamItems,
  type CausewayClient,
  type ProblemDetails,
} from '@causeway/client';
import { TimeSlicer } from './time-slicer.js';
import { LoadedItems } from './loaded-items.js';

export interface LoadRequest {
  /** Empty: the integration's default types. */
  types: string[];
  /** Empty: none. */
  parent: string;
}

export type LoadState =
  | { phase: 'idle' }
  /** `waitingUntil`: when the provider's rate limit ends, in milliseconds since the epoch. `hasOld`: the items are those of the load before. */
  | { phase: 'loading'; refreshing: boolean; waitingUntil: number | null; hasOld: boolean }
  /** `paused`: by `pauseAfter`. */
  | { phase: 'stopped'; paused: boolean }
  | { phase: 'complete'; refreshed: { changed: number; added: number } | null }
  | { phase: 'incomplete'; problem: ProblemDetails; hasItems: boolean; hasOld: boolean };

/** Limits how often arriving items render. */
const RENDER_EVERY_MS = 120;
/** The first page renders sooner, but as a whole: the columns are selected by several rows. */
const FIRST_RENDER_MS = 30;

const PAUSED = 'paused';

const FAILED: ProblemDetails = {
  title: 'The items could not be loaded',
  detail: 'There was an unexpected error in this page. Try again.',
};

const problemOf = (error: unknown) => (error instanceof CausewayError ? error.problem : FAILED);

interface Run {
  request: LoadRequest;
  /** `null`: all items. */
  updatedSince: string | null;
  /** Where an earlier run ended. */
  cursor: string | null;
  /** What there was before the load: its items stay until the first new one is there. `null`: they are gone. */
  before: { state: LoadState; nextRun: Run | null } | null;
  /** Stops when there are so many items. */
  pauseAfter: number;
}

/** Loads a connection's items. Stopping, continuing and getting changes keep what was loaded, and so does a load that brings nothing. */
export class ItemLoad {
  readonly items = new LoadedItems();
  private current: LoadState = { phase: 'idle' };
  /** A new object for each change, as `useSyncExternalStore` needs it. */
  private version = {};
  /** Continues a run that is not complete. */
  private nextRun: Run | null = null;
  private lastComplete: { request: LoadRequest; nextUpdatedSince: string } | null = null;
  private controller: AbortController | null = null;
  private renderTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly settledListeners = new Set<() => void>();

  constructor(
    private readonly client: CausewayClient,
    private readonly connectionId: string,
  ) {}

  get state(): LoadState {
    return this.current;
  }

  /** Of the load that was started last; `null`: none was, or it was cleared. */
  private get request(): LoadRequest | null {
    return this.nextRun?.request ?? this.lastComplete?.request ?? null;
  }

  /** Whether items of these types are loaded, or being loaded. @param defaultTypes those of a load that names none */
  has(types: readonly string[], defaultTypes: readonly string[]): boolean {
    const { request, state } = this;
    if (request === null) return false;
    if (types.join() === request.types.join()) return true;
    const isWhole = state.phase === 'complete' || (state.phase === 'loading' && state.refreshing);
    const known = request.types.length > 0 ? request.types : defaultTypes;
    return isWhole && types.length > 0 && types.every((type) => known.includes(type));
  }

  /** Otherwise a load that is not complete starts over. */
  get canContinue(): boolean {
    return this.nextRun !== null && this.nextRun.before === null && this.state.phase !== 'loading';
  }

  get canGetChanges(): boolean {
    const { state } = this;
    return this.lastComplete !== null && (state.phase === 'complete' || (state.phase === 'incomplete' && state.hasOld));
  }

  readonly subscribe = (listener: () => void) => addTo(this.listeners, listener);

  /** Calls `listener` when a load has ended, in any way. It has changed the connection: it was used, or its grant turned out to be revoked. */
  readonly onSettled = (listener: () => void) => addTo(this.settledListeners, listener);

  readonly snapshot = () => this.version;

  load(request: LoadRequest, { pauseAfter = Infinity }: { pauseAfter?: number | undefined } = {}): void {
    this.stop();
    const { nextRun } = this;
    const state: LoadState = this.state.phase === 'loading' ? { phase: 'stopped', paused: false } : this.state;
    const before = this.hasItems ? (nextRun?.before ?? { state, nextRun }) : null;
    void this.run({ request, updatedSince: null, cursor: null, before, pauseAfter });
  }

  /** Also: tries again what has failed. What was paused does not pause again. */
  continue(): void {
    const { nextRun, state } = this;
    if (nextRun === null) return;
    void this.run(state.phase === 'stopped' && state.paused ? { ...nextRun, pauseAfter: Infinity } : nextRun);
  }

  getChanges(): void {
    if (this.lastComplete === null) return;
    const { request, nextUpdatedSince } = this.lastComplete;
    void this.run({ request, updatedSince: nextUpdatedSince, cursor: null, before: null, pauseAfter: Infinity });
  }

  stop(): void {
    this.controller?.abort();
  }

  clear(): void {
    this.stop();
    this.controller = null;
    this.items.clear();
    this.nextRun = null;
    this.lastComplete = null;
    this.setState({ phase: 'idle' });
  }

  private async run(run: Run): Promise<void> {
    this.stop();
    const controller = new AbortController();
    const { signal } = controller;
    this.controller = controller;
    const { request, updatedSince } = run;
    const counts = { changed: 0, added: 0 };
    this.nextRun = run;
    this.setLoading(run, 0);
    const slicer = new TimeSlicer();
    try {
      for await (const { item, progress, end } of this.stream(run, signal)) {
        // Lines that were received before the stop: continuing loads their items again.
        signal.throwIfAborted();
        if (item !== undefined) {
          if (this.nextRun.before !== null) this.replace();
          const change = this.items.put(item);
          if (change === 'new') counts.added += 1;
          else if (change === 'changed') counts.changed += 1;
          if (this.items.rows.length >= run.pauseAfter) controller.abort(PAUSED);
          this.renderSoon();
          if (slicer.isDue) await slicer.yieldToMain();
        } else if (progress !== undefined) {
          const { resumeCursor, waitingMs } = progress;
          if (resumeCursor !== null) this.nextRun = { ...this.nextRun, cursor: resumeCursor };
          this.setLoading(this.nextRun, waitingMs);
        } else if (end?.complete === true) {
          if (this.nextRun.before !== null) this.items.clear();
          this.nextRun = null;
          this.lastComplete = { request, nextUpdatedSince: end.nextUpdatedSince };
          this.setState({ phase: 'complete', refreshed: updatedSince === null ? null : counts });
          return;
        } else if (end !== undefined) {
          this.nextRun = { ...this.nextRun, cursor: end.resumeCursor };
          this.fail(end.problem ?? problemOf(null));
          return;
        }
      }
    } catch (error) {
      // A newer run has taken over.
      if (this.controller !== controller) return;
      if (signal.aborted) return this.setStopped(signal.reason === PAUSED);
      if (!this.hasItems && !(error instanceof LoadInterruptedError)) this.nextRun = null;
      this.fail(problemOf(error));
    } finally {
      for (const listener of this.settledListeners) listener();
    }
  }

  private replace(): void {
    this.items.clear();
    this.lastComplete = null;
    if (this.nextRun !== null) this.setLoading((this.nextRun = { ...this.nextRun, before: null }), 0);
  }

  private setLoading({ updatedSince, before }: Run, waitingMs: number): void {
    const waitingUntil = waitingMs > 0 ? Date.now() + waitingMs : null;
    this.setState({ phase: 'loading', refreshing: updatedSince !== null, waitingUntil, hasOld: before !== null });
  }

  private setStopped(paused: boolean): void {
    const before = this.nextRun?.before ?? null;
    if (before === null) return this.setState({ phase: 'stopped', paused });
    this.nextRun = before.nextRun;
    this.setState(before.state);
  }

  private stream({ request: { types, parent }, updatedSince, cursor }: Run, signal: AbortSignal) {
    const { connectionId } = this;
    // The cursor contains types and parent, so they are not sent again.
    if (cursor !== null) return streamItems(this.client, { connectionId, signal, cursor });
    const query = { types, ...(parent && { parent }), ...(updatedSince && { updatedSince }) };
    return streamItems(this.client, { connectionId, signal, ...query });
  }

  private get hasItems(): boolean {
    return this.items.rows.length > 0;
  }

  private fail(problem: ProblemDetails): void {
    const hasOld = (this.nextRun?.before ?? null) !== null;
    this.setState({ phase: 'incomplete', problem, hasItems: this.hasItems, hasOld });
  }

  private setState(state: LoadState): void {
    this.current = state;
    this.render();
  }

  private renderSoon(): void {
    const delayMs = this.items.rows.length === 1 ? FIRST_RENDER_MS : RENDER_EVERY_MS;
    this.renderTimer ??= setTimeout(() => this.render(), delayMs);
  }

  private render(): void {
    clearTimeout(this.renderTimer);
    this.renderTimer = undefined;
    this.version = {};
    for (const listener of this.listeners) listener();
  }
}

function addTo(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
