import fc from 'fast-check';
import { UpstreamError } from '@causeway/http-client';
import type { AccountContext, IntegrationItem } from '../integrations/integration.js';
import type { Branches, Page, PageRequest } from '../integrations/page.js';
import { ItemLoad } from './item-load.js';
import { listCursor, type LoadCursor } from './load-cursor.js';
import { LoadStatistics } from './load-statistics.js';
import { SEQUENTIAL, SIDE_BY_SIDE, type PaginatorOptions } from './paginator-options.js';

// The same cases in every run, so that no change fails by another one's luck; another seed searches elsewhere.
fc.configureGlobal({ seed: 20261126 });

type Response =
  | { ids: string[]; next: string | null; isUnreadable: boolean; isCut: boolean }
  | { lists: string[]; isCut: boolean }
  | 'forbidden';

const TYPES = ['a', 'b', 'c'];
const positions = fc.constantFrom('p', 'q', 'r', 's', 't', 'u');
/** Empty, short, overlapping, reordered and repeated pages, with cursors that lead anywhere; lists of lists; refusals. */
const response: fc.Arbitrary<Response> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ids: fc.array(fc.nat(12).map(String), { maxLength: 5 }),
      next: fc.option(positions),
      isUnreadable: fc.boolean(),
      isCut: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ lists: fc.array(positions, { maxLength: 3 }), isCut: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant('forbidden' as const) },
);
const provider = fc.dictionary(fc.constantFrom(...TYPES, 'p', 'q', 'r', 's', 't', 'u'), response, {
  noNullPrototype: true,
});

const malformed = (note: string) => new UpstreamError('malformed', { note });

/** What it gives depends on the position only; what is at none is missing. */
const integrationOf = (responses: Record<string, Response>, requested: Set<string>) => ({
  fetchPage: ({ type, position }: PageRequest): Promise<Page | Branches> => {
    const at = position ?? type;
    requested.add(at);
    const found = responses[at];
    if (found === undefined) return Promise.reject(new UpstreamError('missing'));
    if (found === 'forbidden') return Promise.reject(new UpstreamError('forbidden'));
    const cut = found.isCut ? malformed('cut') : undefined;
    if ('lists' in found) {
      return Promise.resolve({ lists: found.lists.map((to) => ({ position: to, parentId: to })), cut });
    }
    return Promise.resolve({
      items: found.ids.map((id) => ({ type, id, lastModifiedTime: null }) as IntegrationItem),
      nextPosition: found.isCut ? null : found.next,
      unreadable: found.isUnreadable ? malformed('no id') : undefined,
      cut,
    });
  },
});

const first: LoadCursor = {
  types: TYPES,
  parent: null,
  properties: [],
  archived: false,
  updatedSince: null,
  startedAt: 0,
  lists: TYPES.map(listCursor),
  hashes: '',
  fruitlessPages: 0,
  incomplete: [],
};

/** Requests of `limit` items each, over their cursors, as a client makes them. */
async function loaded(responses: Record<string, Response>, limit: number, options: PaginatorOptions) {
  const given: string[] = [];
  const requested = new Set<string>();
  let cursor: LoadCursor = first;
  for (let requests = 0; requests < 500; requests += 1) {
    const load = new ItemLoad(
      integrationOf(responses, requested),
      [],
      {} as AccountContext,
      JSON.parse(JSON.stringify(cursor)) as LoadCursor,
      new LoadStatistics(TYPES),
      options,
    );
    let room = limit;
    for (let pages = 0; room > 0 && pages < 25; pages += 1) {
      const items = await load.next(room);
      if (items === null) break;
      room -= items.length;
      given.push(...items.map(({ type, id }) => `${type} ${id}`));
    }
    const remaining = load.remaining();
    if (remaining === null || limit === Infinity) return { given, requested, incomplete: load.incomplete() };
    cursor = remaining;
  }
  throw new Error('The load does not end.');
}

/** Everything that can be reached from a type. */
function reachable(responses: Record<string, Response>) {
  const items = new Set<string>();
  const faulty = new Set<string>();
  for (const type of TYPES) {
    const seen = new Set<string>();
    const visit = (at: string) => {
      if (seen.has(at)) return;
      seen.add(at);
      const found = responses[at];
      if (found === undefined || found === 'forbidden') faulty.add(type);
      else if ('lists' in found) {
        if (found.isCut) faulty.add(type);
        found.lists.forEach(visit);
      } else {
        for (const id of found.ids) items.add(`${type} ${id}`);
        if (found.isCut || found.isUnreadable) faulty.add(type);
        if (!found.isCut && found.next !== null) visit(found.next);
      }
    };
    visit(type);
  }
  return { items, faulty };
}

describe('a load of any provider', () => {
  it.each([
    ['in requests of one item', 1, SEQUENTIAL],
    ['in requests of four items', 4, SEQUENTIAL],
    ['streamed', Infinity, SIDE_BY_SIDE],
  ])('%s ends, gives each item that can be reached once, and names what may be missing', async (_, limit, options) => {
    await fc.assert(
      fc.asyncProperty(provider, async (responses) => {
        const { given, incomplete } = await loaded(responses, limit, options);
        const { items, faulty } = reachable(responses);
        expect([...given].sort()).toEqual([...items].sort());
        const named = new Set(incomplete.map(({ type }) => type));
        for (const type of faulty) expect(named).toContain(type);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['pages that are empty', () => []],
    ['the same items', () => ['1', '2']],
  ])('ends where it gives %s with a new cursor every time', async (_, ids) => {
    let made = 0;
    const integration = {
      fetchPage: ({ type }: PageRequest): Promise<Page> =>
        Promise.resolve({
          items: ids().map((id) => ({ type, id, lastModifiedTime: null }) as IntegrationItem),
          nextPosition: `p${(made += 1)}`,
        }),
    };
    for (const options of [SEQUENTIAL, SIDE_BY_SIDE]) {
      let cursor: LoadCursor | null = first;
      const incomplete: string[] = [];
      for (let requests = 0; cursor !== null && requests < 200; requests += 1) {
        const statistics = new LoadStatistics(TYPES);
        const load: ItemLoad = new ItemLoad(integration, [], {} as AccountContext, cursor, statistics, options);
        const pages = options === SEQUENTIAL ? 25 : Infinity;
        for (let page = 0; page < pages && (await load.next()) !== null; page += 1);
        cursor = options === SEQUENTIAL ? load.remaining() : null;
        if (cursor === null) incomplete.push(...load.incomplete().map(({ type }) => type));
      }
      expect(cursor).toBeNull();
      expect(incomplete.sort()).toEqual(TYPES);
    }
  });
});
