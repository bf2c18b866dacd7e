import { UpstreamError, type FailureReason } from '@causeway/http-client';
import { isBranches, type Branches, type Page } from '../integrations/integration.js';
import { fingerprintOf, markOf } from './fingerprints.js';
import type { Failure, Lane } from './lane.js';

export interface WalkOptions {
  /** Pages of the provider in memory or on their way, in all. */
  atOnce: number;
  /** Pages of one list that may be asked for before those in front of them were given out. */
  ahead: number;
  /** How often a list begins again whose position the provider has forgotten; the items it gives again are the caller's to drop. */
  restarts: number;
  /** Whether the other lists are walked to their ends when one cannot be. */
  goesOn: boolean;
}

/** One page after the other: nothing is asked for before it is wanted. */
export const ONE_BY_ONE: WalkOptions = { atOnce: 1, ahead: 0, restarts: 0, goesOn: false };

/** Enough to keep a provider busy that answers in half a second; few enough to hold in memory. */
export const SIDE_BY_SIDE: WalkOptions = { atOnce: 6, ahead: 1, restarts: 3, goesOn: true };

/** How often an empty page may name its own position: it will be filled later, or never. */
const MOST_SAME = 3;

/** Empty pages in a row that have a next one each: more than any provider's filter explains. */
const MOST_EMPTY = 1_000;

/** Positions of a lane that its cursor remembers. */
const SEEN_IN_CURSOR = 8;

/** Some providers have no word of their own for a position that they have forgotten: then it is just refused. */
const FORGOTTEN: ReadonlySet<FailureReason> = new Set(['cursor-expired', 'rejected']);

/** Failures of one list; after any other one, no further list would fare better. */
const OF_ONE_LIST: ReadonlySet<FailureReason> = new Set([
  'forbidden',
  'missing',
  'cursor-expired',
  'rejected',
  'malformed',
]);

/** The positions of one list, in the order in which they were named: a provider that names one again would be walked in a circle. */
class Path {
  private readonly steps = new Map<string, number>();

  constructor(private readonly marks: string[]) {
    marks.forEach((mark, step) => this.steps.set(mark, step));
  }

  /** @returns how many positions there are now; `null`: this one was named before. */
  add(position: string, length: number): number | null {
    const mark = markOf(fingerprintOf(position));
    // What was named after this page is its own successor, from the time when it was asked for before.
    if ((this.steps.get(mark) ?? Infinity) < length) return null;
    this.marks.length = length;
    this.marks.push(mark);
    this.steps.set(mark, length);
    return length + 1;
  }

  end(length: number): string[] {
    return this.marks.slice(Math.max(0, length - SEEN_IN_CURSOR), length);
  }
}

interface Spot {
  lane: Lane;
  /** The page that named this one, until it is given out; `null`: there is none. */
  from: FetchedPage | null;
  path: Path;
  /** How many positions of the path lead to this one. */
  length: number;
  restarts: number;
  empty: number;
}

/** A page of a provider that is to be given out. */
export interface FetchedPage {
  readonly lane: Lane;
  readonly page: Page;
  readonly spot: Spot;
  given: boolean;
}

/**
 * Walks lists of a provider, several side by side and each a little ahead of its reader, and always knows what has not been given out:
 * a page counts as given from the moment that `next` hands it out. Nothing here knows of a provider, its cursors, or its limits.
 */
export class PageWalk {
  readonly failures: Failure[] = [];
  restarted = 0;
  private waiting: Spot[];
  private readonly running = new Map<Spot, Promise<void>>();
  private readonly ready: FetchedPage[] = [];
  private readonly failed: Spot[] = [];
  private stopped = false;

  constructor(
    lanes: readonly Lane[],
    private readonly fetch: (lane: Lane) => Promise<Page | Branches>,
    private readonly options: WalkOptions,
  ) {
    this.waiting = lanes.map(spotOf);
  }

  /** The next page, in no order between lists; `null`: there is none, because all were given or for the reason in `failures`. */
  async next(): Promise<FetchedPage | null> {
    for (;;) {
      this.begin();
      const fetched = this.ready.shift();
      if (fetched !== undefined) {
        fetched.given = true;
        // Or every page of the load would be held by the one after it.
        fetched.spot.from = null;
        // While the caller is busy with this one.
        if (this.options.ahead > 0) this.begin();
        return fetched;
      }
      if (this.running.size === 0) return null;
      await Promise.race(this.running.values());
    }
  }

  /** The rest of a page that was handed out is not given yet after all. */
  putBack(fetched: FetchedPage, skip: number): void {
    const { spot, lane } = fetched;
    const others = this.waiting.filter(({ from }) => from !== fetched);
    this.waiting = [{ ...spot, lane: { ...lane, skip } }, ...others];
  }

  /** What has not been given out: whoever walks these lists gets exactly the rest. */
  rest(): Lane[] {
    return [...this.failed, ...this.running.keys(), ...this.ready.map(({ spot }) => spot), ...this.waiting]
      .filter(({ from }) => from === null || from.given)
      .map(({ lane, path, length }) => ({ ...lane, seen: path.end(length) }));
  }

  private begin(): void {
    while (!this.stopped && this.running.size + this.ready.length < this.options.atOnce) {
      const index = this.waiting.findIndex((spot) => waitsFor(spot) <= this.options.ahead);
      const [spot] = index < 0 ? [] : this.waiting.splice(index, 1);
      if (spot === undefined) return;
      const work = this.walk(spot).finally(() => this.running.delete(spot));
      this.running.set(spot, work);
    }
  }

  private async walk(spot: Spot): Promise<void> {
    try {
      if (spot.lane.cut !== null) throw new UpstreamError('rejected', { note: spot.lane.cut });
      const page = await this.fetch(spot.lane);
      if (isBranches(page)) this.waiting.unshift(...page.lists.map((position) => beginOf(spot, position)));
      else this.fetched(spot, page);
    } catch (error) {
      this.fail(spot, error instanceof Error ? error : new Error('unknown'));
    }
  }

  private fetched(spot: Spot, page: Page): void {
    const { lane } = spot;
    const fetched: FetchedPage = { lane, page, spot, given: false };
    const position = page.nextPosition;
    if (position !== null) {
      const empty = page.items.length === 0 ? spot.empty + 1 : 0;
      if (empty > MOST_EMPTY) throw new UpstreamError('malformed', { note: 'It gave empty pages without end.' });
      const same = position === lane.position && page.items.length === 0 && empty <= MOST_SAME;
      const length = same ? spot.length : spot.path.add(position, spot.length);
      if (length === null) throw new UpstreamError('malformed', { note: 'It gave the same page cursor again.' });
      this.waiting.unshift({ ...spot, lane: { ...lane, position, skip: 0 }, from: fetched, length, empty });
    } else if (page.cut !== undefined) {
      this.waiting.unshift({ ...spot, lane: { ...lane, cut: page.cut }, from: fetched });
    }
    this.ready.push(fetched);
  }

  private fail(spot: Spot, error: Error): void {
    const { lane, restarts, from } = spot;
    const reason = error instanceof UpstreamError ? error.reason : null;
    const mayBeForgotten =
      reason !== null && FORGOTTEN.has(reason) && lane.position !== lane.start && lane.cut === null;
    if (mayBeForgotten && restarts < this.options.restarts) {
      this.restarted += 1;
      const again = spotOf({ ...lane, position: lane.start, skip: 0, seen: [] });
      this.waiting.unshift({ ...again, from, restarts: restarts + 1 });
      return;
    }
    this.failed.push(spot);
    this.failures.push({ type: lane.type, error });
    if (!this.options.goesOn || reason === null || !OF_ONE_LIST.has(reason)) this.stopped = true;
  }
}

function spotOf(lane: Lane): Spot {
  return { lane, from: null, path: new Path([...lane.seen]), length: lane.seen.length, restarts: 0, empty: 0 };
}

/** A list of its own, though what named it may not have been given out yet. */
function beginOf({ lane, from }: Spot, position: string): Spot {
  return { ...spotOf({ ...lane, start: position, position, skip: 0, seen: [] }), from };
}

/** How many pages in front of this one were not given out yet. */
function waitsFor({ from }: Spot): number {
  let pages = 0;
  for (let page = from; page !== null && !page.given; page = page.spot.from) pages += 1;
  return pages;
}
