import type { IntegrationDefinition } from '../integrations/integration-definition.js';
import type { Branches, IntegrationItem, Page, PageRequest } from '../integrations/integration.js';
import { GivenItems } from './given-items.js';
import type { Lane } from './lane.js';
import type { LoadReport } from './load-report.js';
import { changedSince, type LoadState } from './load-state.js';
import { PageWalk, type FetchedPage, type WalkOptions } from './page-walk.js';

export type FetchPage = (request: PageRequest) => Promise<Page | Branches>;

/** One load: walks the provider's lists, and gives every item once. */
export class Load {
  readonly walk: PageWalk;
  private readonly since = new Map<string, number | null>();
  private readonly given: GivenItems;

  /** @param room how many items the next page may have; more than a provider gives in a page is no fault */
  constructor(
    { itemTypes }: IntegrationDefinition,
    private readonly state: LoadState,
    fetch: FetchPage,
    private readonly report: LoadReport,
    options: WalkOptions,
    room: () => number,
  ) {
    this.given = new GivenItems(state.recent);
    const tells = new Set<string>();
    for (const itemType of itemTypes) {
      this.since.set(itemType.type, changedSince(state, itemType));
      if (itemType.changes !== undefined) tells.add(itemType.type);
    }
    const page = ({ type, position, skip }: Lane) =>
      fetch({
        type,
        position,
        limit: room() + skip,
        parent: state.parent,
        changedSince: tells.has(type) ? (this.since.get(type) ?? null) : null,
      });
    this.walk = new PageWalk(state.lanes, page, options);
  }

  /** Of a page at most `room` items that are new; the rest of it stays to be given. */
  take(fetched: FetchedPage, room = Infinity): IntegrationItem[] {
    const { lane, page } = fetched;
    const { counts } = this.report;
    const since = this.since.get(lane.type) ?? null;
    const items: IntegrationItem[] = [];
    let at = lane.skip;
    for (; at < page.items.length && items.length < room; at += 1) {
      const item = page.items[at];
      if (item === undefined || !isSince(item, since)) continue;
      if (this.given.isNew(item)) {
        items.push(item);
        this.report.given(item.type);
      } else counts.duplicates += 1;
    }
    if (at < page.items.length) this.walk.putBack(fetched, at);
    else {
      counts.pages += 1;
      if (page.items.length === 0) counts.emptyPages += 1;
    }
    return items;
  }

  /** What a load has to know to go on from here; `null`: there is nothing left. */
  rest(): LoadState | null {
    const lanes = this.walk.rest();
    return lanes.length === 0 ? null : { ...this.state, lanes, recent: this.given.marks() };
  }
}

/** What tells no time of change may have changed. */
function isSince({ lastModifiedTime }: IntegrationItem, since: number | null): boolean {
  return since === null || lastModifiedTime === null || Date.parse(lastModifiedTime) >= since;
}
