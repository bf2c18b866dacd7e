import { UpstreamError, type FailureReason } from '@causeway/http-client';
import type { AccountContext, Integration } from '../integrations/integration.js';
import { isBranches, type Branches, type Page, type PageRequest } from '../integrations/page.js';
import { advance, restarted, type ListCursor } from './load-cursor.js';
import type { PageReservation } from './load-memory.js';
import type { PaginatorOptions } from './paginator-options.js';

/** Pages that wait in memory for their reader before more are fetched. */
const MAX_READY = 6;

/** Groups of lists that are read at the same time. Of a thousand, the others stay one position of the cursor. */
const MAX_GROUPS = 12;

/** Items in the first smaller page after one that was too large. Providers give a hundred or more. */
const REDUCED_PAGE_SIZE = 50;

/** What all pages of a load are fetched with. */
export interface PageSource {
  integration: Pick<Integration, 'fetchPage'>;
  account: AccountContext;
  parent: string | null;
  properties: PageRequest['properties'];
  archived: boolean;
  /** By type; of a type that is not in it, everything is wanted. */
  changedSince: ReadonlyMap<string, number>;
}

export interface ListFailure {
  list: ListCursor;
  error: Error;
  /** Nothing more can be loaded now, of this list or any other. */
  isFinal: boolean;
}

/** A page that is to be given. */
export interface FetchedPage {
  readonly node: PageNode;
  readonly page: Page;
  readonly reservation: PageReservation;
  isGiven: boolean;
}

interface PageNode {
  list: ListCursor;
  /** The page that named this one, until it is given; `null`: there is none. */
  previous: FetchedPage | null;
  /** Why the list ends here, instead of a page. */
  end: UpstreamError | null;
  restarts: number;
  repeats: number;
}

/** How often an empty page without a good cursor is requested again: some providers fill it later. Other pages are requested again once. */
const MAX_EMPTY_REPEATS = 3;

/** Lists that lead to one another without an item: more than any account has. */
const MAX_BRANCH_STEPS = 100_000;

/** Some providers have no error of their own for a cursor that they have forgotten and reject it like a bad parameter. */
const MAY_BE_EXPIRED: ReadonlySet<FailureReason> = new Set(['cursor-expired', 'rejected']);

const OF_ONE_LIST: ReadonlySet<FailureReason> = new Set([
  'forbidden',
  'missing',
  'cursor-expired',
  'rejected',
  'malformed',
  'too-large',
]);

/**
 * Reads lists of a provider page by page, several side by side and each a little ahead of its reader, and always knows what has not been
 * given: a page counts as given from the moment that `next` returns it. Knows nothing of a provider, its cursors or its limits.
 */
export class Paginator {
  readonly failures: ListFailure[] = [];
  restarts = 0;
  private waiting: PageNode[];
  private readonly running = new Map<PageNode, Promise<void>>();
  private readonly ready: FetchedPage[] = [];
  private readonly failed: PageNode[] = [];
  private stopped = false;
  private limit = Infinity;
  private given: FetchedPage | undefined;
  /** Types of which no page was given yet, in their order. */
  private readonly unbegun: Set<string>;

  constructor(
    lists: readonly ListCursor[],
    private readonly source: PageSource,
    private readonly options: PaginatorOptions,
  ) {
    this.waiting = lists.map((list) => ({ list, previous: null, end: null, restarts: 0, repeats: 0 }));
    this.unbegun = new Set(lists.map(({ type }) => type));
  }

  /** Pages on their way. */
  get inFlight(): number {
    return this.running.size;
  }

  /**
   * The next page: types begin in their order, their lists go on as pages arrive. `null`: there is none, because all were given or for the
   * reasons in `failures`. Lets go of the memory of the page before.
   * @param limit how many items are wanted; a provider may give more
   */
  async next(limit = Infinity): Promise<FetchedPage | null> {
    this.limit = limit;
    this.given?.reservation.release();
    for (;;) {
      this.fetchMore();
      const fetched = this.takeReady();
      if (fetched !== undefined) {
        this.unbegun.delete(fetched.node.list.type);
        fetched.isGiven = true;
        this.given = fetched;
        // Otherwise each page would keep all pages before it in memory.
        fetched.node.previous = null;
        if (this.options.ahead > 0) this.fetchMore();
        return fetched;
      }
      const { room } = this.options.memory;
      const isWaiting = room !== null && !this.stopped;
      if (this.running.size === 0 && !isWaiting) return null;
      await Promise.race([...this.running.values(), ...(isWaiting ? [room] : [])]);
    }
  }

  /** The items of a page from `skip` on are not given after all. */
  unread(fetched: FetchedPage, skip: number): void {
    const { node } = fetched;
    const others = this.waiting.filter(({ previous }) => previous !== fetched);
    this.waiting = [{ ...node, list: { ...node.list, skip } }, ...others];
  }

  /** Gives up what waits. */
  stop(error: UpstreamError): void {
    this.stopped = true;
    for (const node of this.waiting.splice(0)) this.fail(node, error);
  }

  /** What has not been given. */
  remaining(): ListCursor[] {
    return [...this.failed, ...this.running.keys(), ...this.ready.map(({ node }) => node), ...this.waiting]
      .filter(({ previous }) => previous === null || previous.isGiven)
      .map(({ list }) => list);
  }

  private takeReady(): FetchedPage | undefined {
    const outstanding = [...this.running.keys(), ...this.waiting, ...this.ready.map(({ node }) => node)];
    const first = [...this.unbegun].find((type) => outstanding.some(({ list }) => list.type === type));
    const index = this.ready.findIndex(({ node: { list } }) => list.type === first || !this.unbegun.has(list.type));
    // Where nothing is on its way, no earlier type can begin before something is given.
    if (index < 0 && this.running.size > 0) return undefined;
    return this.ready.splice(Math.max(0, index), 1)[0];
  }

  private fetchMore(): void {
    const { concurrency, memory } = this.options;
    while (!this.stopped && this.ready.length < MAX_READY && this.running.size + this.ready.length < concurrency) {
      const node = this.nextWaiting();
      const reservation = node === undefined ? null : memory.reserve();
      if (node === undefined || reservation === null) return;
      this.waiting.splice(this.waiting.indexOf(node), 1);
      this.running.set(
        node,
        this.fetch(node, reservation).finally(() => this.running.delete(node)),
      );
    }
  }

  /** A page of the group of which the fewest are on their way, so that one group's rate limit does not keep the others waiting. */
  private nextWaiting(): PageNode | undefined {
    const running = new Map<string | null, number>();
    for (const { list } of this.running.keys()) running.set(list.group, (running.get(list.group) ?? 0) + 1);
    const open = new Set([...this.waiting, ...this.running.keys()].map(({ list }) => list.group)).size;
    let best: PageNode | undefined;
    let fewest = Infinity;
    for (const node of this.waiting) {
      if (pagesBefore(node) > this.options.ahead) continue;
      const { group } = node.list;
      // What has no group yet may open one more.
      const load = group === null && open > MAX_GROUPS ? this.options.concurrency : (running.get(group) ?? 0);
      if (load >= fewest) continue;
      best = node;
      fewest = load;
    }
    return best;
  }

  private async fetch(node: PageNode, reservation: PageReservation): Promise<void> {
    const { integration, account, parent, properties, archived, changedSince } = this.source;
    const { type, position, skip, pageSize } = node.list;
    // Where a small page got a wrong cursor, a large one may lead past it.
    const limit = Math.min(node.repeats > 0 ? Infinity : this.limit + skip, pageSize ?? Infinity);
    try {
      if (node.end !== null) throw node.end;
      const response = await integration.fetchPage(
        { type, position, limit, parent, properties, archived, changedSince: changedSince.get(type) ?? null },
        reservation.count(account),
      );
      // An integration may take a response that was given up for one that cannot be read.
      if (reservation.wasTooSmall) throw new UpstreamError('too-large');
      reservation.settle();
      if (!isBranches(response)) return this.queue({ node, page: response, reservation, isGiven: false });
      reservation.release();
      this.branch(node, response);
    } catch (error) {
      reservation.release();
      if (reservation.wasTooSmall) return void this.waiting.unshift(node);
      const isTooLarge = error instanceof UpstreamError && error.reason === 'too-large';
      const smaller = Math.min(REDUCED_PAGE_SIZE, Math.floor(limit / 2));
      if (isTooLarge && smaller > 0) this.waiting.unshift({ ...node, list: { ...node.list, pageSize: smaller } });
      else this.fail(node, error instanceof Error ? error : new Error('unknown'));
    }
  }

  private branch(node: PageNode, { lists, cut }: Branches): void {
    const { list } = node;
    const starts = new Map(lists.map((start) => [start.position, start]));
    let fault = cut;
    // What leads to a list is in its history, so that lists cannot lead to one another in a circle either.
    const branches = [...starts.values()].flatMap(({ position, parentId, group = list.group }) => {
      const branch = list.steps < MAX_BRANCH_STEPS ? advance(list, position) : null;
      if (branch !== null) return [{ ...node, list: { ...branch, start: position, parentId, group } }];
      fault ??= new UpstreamError('malformed', { note: 'Its lists lead back to one another.' });
      return [];
    });
    this.waiting.unshift(...branches);
    if (fault !== undefined) this.failures.push({ list, error: fault, isFinal: false });
  }

  private queue(fetched: FetchedPage): void {
    const { node, page } = fetched;
    const { list } = node;
    const { nextPosition, items } = page;
    // Pages grow again after one that was small enough.
    const pageSize = list.pageSize === null || list.pageSize >= REDUCED_PAGE_SIZE ? null : 2 * list.pageSize;
    const next = nextPosition === null ? null : advance({ ...list, pageSize }, nextPosition);
    const isCircle = nextPosition !== null && next === null;
    const end = isCircle ? new UpstreamError('malformed', { note: 'It gave the same page cursor again.' }) : page.cut;
    if (next !== null) this.waiting.unshift({ ...node, list: next, previous: fetched, repeats: 0 });
    else if (end !== undefined) {
      // Not skipping its items: the page may have others the next time.
      const again = { ...node, list: { ...list, skip: 0 }, previous: fetched, repeats: node.repeats + 1 };
      const mayRepeat = end.reason === 'malformed' && node.repeats < (items.length === 0 ? MAX_EMPTY_REPEATS : 1);
      this.waiting.unshift({ ...again, end: mayRepeat ? null : end });
    }
    this.ready.push(fetched);
  }

  private fail(node: PageNode, error: Error): void {
    const { list, restarts, previous, end } = node;
    const reason = error instanceof UpstreamError ? error.reason : null;
    const mayBeExpired = reason !== null && MAY_BE_EXPIRED.has(reason) && list.position !== list.start && end === null;
    if (mayBeExpired && restarts < this.options.restarts) {
      this.restarts += 1;
      this.waiting.unshift({ list: restarted(list), previous, end: null, restarts: restarts + 1, repeats: 0 });
      return;
    }
    const isFinal = !isOfOneList(error);
    this.failures.push({ list, error, isFinal });
    if (isFinal || this.options.keepsFailed) this.failed.push(node);
    if (isFinal) this.stopped = true;
  }
}

/** After any other failure no further list would fare better; nor where a response with a status is no JSON at all, as in an outage. */
function isOfOneList(error: Error): boolean {
  if (!(error instanceof UpstreamError) || !OF_ONE_LIST.has(error.reason)) return false;
  return error.reason !== 'malformed' || error.context.status === undefined;
}

/** How many pages in front of this one were not given yet. */
function pagesBefore({ previous }: PageNode): number {
  let pages = 0;
  for (let page = previous; page !== null && !page.isGiven; page = page.node.previous) pages += 1;
  return pages;
}
