import { UpstreamError } from '@causeway/http-client';
import type { ItemType } from '../integrations/integration-definition.js';
import type { AccountContext, Integration, IntegrationItem } from '../integrations/integration.js';
import { Deduplicator } from './deduplicator.js';
import { changedSince, type IncompleteList, type LoadCursor } from './load-cursor.js';
import type { LoadStatistics } from './load-statistics.js';
import type { PaginatorOptions } from './paginator-options.js';
import { Paginator, type FetchedPage, type ListFailure } from './paginator.js';

/** So many pages in a row without a new item are more than any provider's filter explains; a list that began again gives as many as before. */
const MAX_FRUITLESS_PAGES = 1_000;

/** Lists that are named one by one; of more, only the types are. Keeps cursors within what a URL holds. */
const MAX_NAMED = 20;

/** One load: every item of the wanted types once, and what could not be read. */
export class ItemLoad {
  private readonly paginator: Paginator;
  private readonly since = new Map<string, number>();
  private readonly deduplicator: Deduplicator;
  private fruitlessPages: number;
  private fruitfulPages = 0;

  constructor(
    integration: Pick<Integration, 'fetchPage'>,
    itemTypes: readonly ItemType[],
    account: AccountContext,
    private readonly cursor: LoadCursor,
    readonly statistics: LoadStatistics,
    private readonly options: PaginatorOptions,
  ) {
    this.deduplicator = new Deduplicator(cursor.hashes);
    this.fruitlessPages = cursor.fruitlessPages;
    const toldByProvider = new Map<string, number>();
    const { createdSince = null } = cursor;
    for (const itemType of itemTypes) {
      if (createdSince !== null && itemType.newestFirst?.(cursor.parent) === true) {
        // Not filtered: what was edited or replied to on these pages is wanted as well.
        toldByProvider.set(itemType.type, createdSince);
        continue;
      }
      const since = changedSince(cursor, itemType);
      if (since === null) continue;
      this.since.set(itemType.type, since);
      if (itemType.changes !== undefined) toldByProvider.set(itemType.type, since);
    }
    const { parent, properties, archived } = cursor;
    const source = { integration, account, parent, properties, archived, changedSince: toldByProvider };
    this.paginator = new Paginator(cursor.lists, source, options);
  }

  /** The new items of the next page, at most `limit`; `null`: there is no further page, because of `failures` or at the end. */
  async next(limit = Infinity): Promise<IntegrationItem[] | null> {
    const fetched = await this.paginator.next(limit);
    return fetched === null ? null : this.deduplicate(fetched, limit);
  }

  get failures(): readonly ListFailure[] {
    return this.paginator.failures;
  }

  /** Why something is missing in what was loaded; `undefined`: nothing is. */
  get error(): unknown {
    const failure = this.failures.find(({ isFinal }) => isFinal) ?? this.failures[0];
    if (failure !== undefined) return failure.error;
    const [list] = this.incomplete();
    return list === undefined ? undefined : new UpstreamError(list.reason, list.context);
  }

  get restarts(): number {
    return this.paginator.restarts;
  }

  get waitingMs(): number {
    return this.statistics.waitingMs(this.paginator.inFlight);
  }

  /** What could not be read: of the load so far, and of the requests that it goes on from. */
  incomplete(): IncompleteList[] {
    const lists = [...this.cursor.incomplete];
    for (const { list, error, isFinal } of this.failures) {
      if (isFinal || !(error instanceof UpstreamError)) continue;
      const { type, parentId } = list;
      const isNamed = lists.length < MAX_NAMED;
      const entry = { type, parentId: isNamed ? (parentId ?? this.cursor.parent) : null };
      if (lists.some((known) => known.type === entry.type && known.parentId === entry.parentId)) continue;
      lists.push({ ...entry, reason: error.reason, context: error.context });
    }
    return lists;
  }

  /** What a later request has to know to go on from here; `null`: there is nothing left to load. */
  remaining(): LoadCursor | null {
    const lists = this.paginator.remaining();
    if (lists.length === 0) return null;
    return {
      ...this.cursor,
      lists,
      hashes: this.deduplicator.hashes(),
      fruitlessPages: this.fruitlessPages,
      incomplete: this.options.keepsFailed ? this.cursor.incomplete : this.incomplete(),
    };
  }

  private deduplicate(fetched: FetchedPage, limit: number): IntegrationItem[] {
    const { node, page } = fetched;
    const { counts } = this.statistics;
    const since = this.since.get(node.list.type) ?? null;
    const items: IntegrationItem[] = [];
    let at = node.list.skip;
    for (; at < page.items.length && items.length < limit; at += 1) {
      const item = page.items[at];
      if (item === undefined || !isSince(item, since)) continue;
      if (this.deduplicator.isNew(item)) {
        items.push(item);
        this.statistics.countItem(item.type);
      } else counts.duplicates += 1;
    }
    if (at < page.items.length) this.paginator.unread(fetched, at);
    else this.countPage(fetched, items.length > 0);
    return items;
  }

  private countPage({ node, page }: FetchedPage, isFruitful: boolean): void {
    const { counts } = this.statistics;
    counts.pages += 1;
    if (page.items.length === 0) counts.emptyPages += 1;
    if (page.unreadable !== undefined) {
      this.paginator.failures.push({ list: node.list, error: page.unreadable, isFinal: false });
    }
    if (isFruitful) this.fruitfulPages += 1;
    this.fruitlessPages = isFruitful ? 0 : this.fruitlessPages + 1;
    if (this.fruitlessPages <= MAX_FRUITLESS_PAGES + (1 + this.options.restarts) * this.fruitfulPages) return;
    this.paginator.stop(
      new UpstreamError('malformed', { note: 'It gave pages without a new item, one after the other.' }),
    );
  }
}

/** An item without a time of its last change may have changed. */
function isSince({ lastModifiedTime }: IntegrationItem, since: number | null): boolean {
  return since === null || lastModifiedTime === null || Date.parse(lastModifiedTime) >= since;
}
