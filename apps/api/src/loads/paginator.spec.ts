import { UpstreamError } from '@causeway/http-client';
import type { AccountContext, IntegrationItem } from '../integrations/integration.js';
import type { Branches, Page, PageRequest } from '../integrations/page.js';
import { listCursor, type ListCursor } from './load-cursor.js';
import { SEQUENTIAL, SIDE_BY_SIDE, type PaginatorOptions } from './paginator-options.js';
import { Paginator, type FetchedPage } from './paginator.js';

const item = (id: string) => ({ type: 'thing', id }) as IntegrationItem;

/** Pages by the position that they are at; a page without a position is at the name of its type. */
class Provider {
  readonly requests: string[] = [];
  running = 0;
  mostAtOnce = 0;

  constructor(readonly responses: Record<string, Page | Branches | Error | (() => Page | Error)>) {}

  fetchPage = async ({ position, type }: PageRequest): Promise<Page | Branches> => {
    const at = position ?? type;
    this.requests.push(at);
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    this.running -= 1;
    const found = this.responses[at];
    const response = typeof found === 'function' ? found() : found;
    if (response === undefined) throw new UpstreamError('missing');
    if (response instanceof Error) throw response;
    return response;
  };
}

const page = (ids: string[], nextPosition: string | null = null): Page => ({ items: ids.map(item), nextPosition });

const branches = (...positions: string[]): Branches => ({
  lists: positions.map((position) => ({ position, parentId: `in ${position}` })),
});

/** A list of `count` pages with one item each, `<name>0` at the position `<name>`. */
const list = (name: string, count: number): Record<string, Page> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      at === 0 ? name : `${name}${at}`,
      page([`${name}${at}`], at === count - 1 ? null : `${name}${at + 1}`),
    ]),
  );

const idsOf = ({ page: { items } }: FetchedPage) => items.map(({ id }) => id);

async function rest(paginator: Paginator): Promise<string[]> {
  const ids: string[] = [];
  for (let next = await paginator.next(); next !== null; next = await paginator.next()) ids.push(...idsOf(next));
  return ids;
}

const resumed = (provider: Provider, lists: readonly ListCursor[], options: PaginatorOptions = SIDE_BY_SIDE) => {
  const account = {} as AccountContext;
  const source = {
    integration: provider,
    account,
    parent: null,
    properties: [],
    archived: false,
    changedSince: new Map<string, number>(),
  };
  return new Paginator(JSON.parse(JSON.stringify(lists)) as ListCursor[], source, options);
};

const paginatorOf = (provider: Provider, types: string[], options: PaginatorOptions = SIDE_BY_SIDE) =>
  resumed(provider, types.map(listCursor), options);

const MODES: [string, PaginatorOptions][] = [
  ['sequential', SEQUENTIAL],
  ['side by side', SIDE_BY_SIDE],
];

describe('a paginator', () => {
  test.each(MODES)('%s gives every page of every list once', async (_, options) => {
    const provider = new Provider({ ...list('a', 7), ...list('b', 1), ...list('c', 4) });
    const ids = await rest(paginatorOf(provider, ['a', 'b', 'c'], options));
    expect(ids.sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b0', 'c0', 'c1', 'c2', 'c3']);
    expect(provider.requests).toHaveLength(12);
  });

  test('sequential requests nothing before it is wanted, and keeps to the order of the lists', async () => {
    const provider = new Provider({ ...list('a', 2), ...list('b', 2) });
    const paginator = paginatorOf(provider, ['a', 'b'], SEQUENTIAL);
    expect(provider.requests).toEqual([]);
    const first = await paginator.next();
    expect(first && idsOf(first)).toEqual(['a0']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(provider.requests).toEqual(['a']);
    expect(await rest(paginator)).toEqual(['a1', 'b0', 'b1']);
  });

  test('side by side requests pages ahead, but no further than its reader comes', async () => {
    const provider = new Provider({ ...list('a', 50), ...list('b', 50) });
    const paginator = paginatorOf(provider, ['a', 'b']);
    await paginator.next();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(provider.requests.length).toBeLessThanOrEqual(1 + SIDE_BY_SIDE.concurrency);
    expect(provider.mostAtOnce).toBeLessThanOrEqual(SIDE_BY_SIDE.concurrency);
    expect(await rest(paginator)).toHaveLength(99);
  });

  test('begins the types in their order, however fast their first pages are', async () => {
    const slow = { ...list('a', 3), ...list('b', 3), ...list('c', 3) };
    const provider = new Provider({ ...slow, a: branches('a-late') });
    provider.responses['a-late'] = page(['a0'], 'a1');
    const ids = await rest(paginatorOf(provider, ['a', 'b', 'c']));
    const begin = ids.filter((id) => id.endsWith('0'));
    expect(begin).toEqual(['a0', 'b0', 'c0']);
    expect(ids).toHaveLength(9);
  });

  test('asks for smaller pages where one is too large, and for larger ones again after it', async () => {
    const limits: number[] = [];
    const provider = new Provider({});
    const heavy = { at: 3, largest: 7 };
    provider.fetchPage = ({ position, limit }: PageRequest) => {
      const at = Number(position ?? 0);
      limits.push(limit);
      if (at <= heavy.at && limit > heavy.largest) return Promise.reject(new UpstreamError('too-large'));
      const to = Math.min(200, at + Math.min(limit, 100));
      const ids = Array.from({ length: to - at }, (_, offset) => String(at + offset));
      return Promise.resolve(page(ids, to === 200 ? null : String(to)));
    };
    const paginator = paginatorOf(provider, ['a']);
    expect(await rest(paginator)).toEqual(Array.from({ length: 200 }, (_, id) => String(id)));
    expect(paginator.failures).toEqual([]);
    expect(limits).toEqual([Infinity, 50, 25, 12, 6, 12, 24, 48, 96, Infinity]);
  });

  test('gives up a list of which a single item is too large', async () => {
    const provider = new Provider({ ...list('b', 1), a: new UpstreamError('too-large') });
    const paginator = paginatorOf(provider, ['a', 'b']);
    expect(await rest(paginator)).toEqual(['b0']);
    expect(paginator.failures).toMatchObject([{ list: { type: 'a' }, error: { reason: 'too-large' }, isFinal: false }]);
    expect(provider.requests.length).toBeLessThan(12);
  });

  test('shares what may be on its way between the groups of lists', async () => {
    const groups = ['a', 'b', 'c', 'd'];
    const mostOfGroup = new Map<string, number>();
    const running = new Map<string, number>();
    const provider = new Provider({});
    provider.fetchPage = async ({ position }: PageRequest) => {
      if (position === null) {
        return {
          lists: groups.flatMap((group) =>
            Array.from({ length: 30 }, (_, at) => ({ position: `${group} ${at}`, parentId: null, group })),
          ),
        };
      }
      const [group = ''] = position.split(' ');
      running.set(group, (running.get(group) ?? 0) + 1);
      mostOfGroup.set(group, Math.max(mostOfGroup.get(group) ?? 0, running.get(group) ?? 0));
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.set(group, (running.get(group) ?? 0) - 1);
      return page([position]);
    };
    expect(await rest(paginatorOf(provider, ['all']))).toHaveLength(120);
    for (const group of groups) expect(mostOfGroup.get(group)).toBe(SIDE_BY_SIDE.concurrency / groups.length);
  });

  test('reads the lists of a branch side by side, and keeps only those open that are being read', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `list-${at}-`);
    const chain = Object.fromEntries(
      names.map((name, at) => [
        at === 0 ? 'all' : `from-${at}`,
        at === names.length - 1 ? branches(name) : branches(name, `from-${at + 1}`),
      ]),
    );
    const provider = new Provider({ ...chain, ...Object.assign({}, ...names.map((name) => list(name, 3))) });
    const paginator = paginatorOf(provider, ['all']);
    const first = await paginator.next();
    expect(paginator.remaining().length).toBeLessThanOrEqual(SIDE_BY_SIDE.concurrency + 2);
    const ids = [...(first === null ? [] : idsOf(first)), ...(await rest(paginator))];
    expect(new Set(ids).size).toBe(60);
    expect(ids).toHaveLength(60);
    expect(provider.mostAtOnce).toBeGreaterThan(2);
  });

  test.each(MODES)('%s knows at any time exactly what it has not given', async (_, options) => {
    const responses = {
      ...list('a', 5),
      ...list('b', 3),
      branch: branches('x', 'y'),
      ...list('x', 3),
      ...list('y', 2),
    };
    for (let stop = 0; stop <= 13; stop += 1) {
      const paginator = paginatorOf(new Provider(responses), ['a', 'branch', 'b'], options);
      const ids: string[] = [];
      for (let at = 0; at < stop; at += 1) {
        const fetched = await paginator.next();
        if (fetched !== null) ids.push(...idsOf(fetched));
      }
      const later = resumed(new Provider(responses), paginator.remaining(), options);
      const all = [...ids, ...(await rest(later))];
      expect(all.sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2', 'x0', 'x1', 'x2', 'y0', 'y1']);
    }
  });

  test('gives the unread rest of a page again, and the pages after it once', async () => {
    const provider = new Provider({ a: page(['1', '2', '3'], 'b'), b: page(['4']) });
    const paginator = paginatorOf(provider, ['a'], SEQUENTIAL);
    const fetched = await paginator.next();
    if (fetched !== null) paginator.unread(fetched, 2);
    expect(paginator.remaining()).toMatchObject([{ position: null, skip: 2 }]);
    const again = await paginator.next();
    expect(again?.node.list.skip).toBe(2);
    expect(await rest(paginator)).toEqual(['4']);
    expect(paginator.remaining()).toEqual([]);
  });

  test('follows an empty page that has a next one', async () => {
    const paginator = paginatorOf(new Provider({ a: page([], 'b'), b: page([], 'c'), c: page(['1']) }), ['a']);
    expect(await rest(paginator)).toEqual(['1']);
    expect(paginator.failures).toEqual([]);
  });
});

describe('where a provider', () => {
  test('gives an empty page its own cursor, the page is requested again, but not for ever', async () => {
    let times = 0;
    const filled = { a: page(['1'], 'b'), b: () => ((times += 1) < 3 ? page([], 'b') : page(['2'])) };
    expect(await rest(paginatorOf(new Provider(filled), ['a']))).toEqual(['1', '2']);
    const paginator = paginatorOf(new Provider({ a: page([], 'b'), b: page([], 'b') }), ['a']);
    await rest(paginator);
    expect(paginator.failures).toMatchObject([{ error: { reason: 'malformed' } }]);
  });

  test.each([
    ['gives a page its own cursor', { a: page(['1'], 'b'), b: page(['2'], 'b') }, ['1', '2']],
    [
      'gives cursors in a circle',
      { a: page(['1'], 'b'), b: page(['2'], 'c'), c: page(['3'], 'd'), d: page(['4'], 'b') },
      ['1', '2', '3', '4'],
    ],
  ])('%s, the last page is requested once more and the list is known to be incomplete', async (_, responses, ids) => {
    const provider = new Provider(responses);
    const paginator = paginatorOf(provider, ['a']);
    expect([...new Set(await rest(paginator))]).toEqual(ids);
    expect(paginator.failures).toMatchObject([{ error: { reason: 'malformed' }, isFinal: false }]);
    expect(provider.requests).toHaveLength(ids.length + 1);
    expect(paginator.remaining()).toHaveLength(1);
  });

  test.each([3, 8, 9, 100])('gives cursors in a circle of %i, it is found also one page a request', async (length) => {
    const circle = Array.from({ length }, (_, at) => [`p${at}`, page([`${at}`], `p${(at + 1) % length}`)] as const);
    const provider = new Provider({ a: page(['a'], 'p0'), ...Object.fromEntries(circle) });
    const given = new Set<string>();
    let lists: ListCursor[] = [listCursor('a')];
    let requests = 0;
    for (let failed = false; !failed && requests < 1_000; requests += 1) {
      const paginator = resumed(provider, lists, SEQUENTIAL);
      let fetched = await paginator.next();
      // A request goes on until it has an item to give.
      while (fetched !== null && idsOf(fetched).every((id) => given.has(id))) fetched = await paginator.next();
      if (fetched !== null) given.add(idsOf(fetched).join());
      failed = paginator.failures.length > 0;
      lists = paginator.remaining();
    }
    expect(requests).toBeLessThanOrEqual(3 * length + 2);
    expect(lists).toEqual([]);
  });

  test.each([
    ['to itself', { a: branches('a1', 'b'), a1: branches('a1'), b: page(['1']) }],
    ['to one another', { a: branches('x', 'b'), x: branches('y'), y: branches('x'), b: page(['1']) }],
    ['to pages and back', { a: branches('x', 'b'), x: page([], 'x2'), x2: branches('x'), b: page(['1']) }],
  ])('has lists that lead %s, the others are given', async (_, responses) => {
    const provider = new Provider(responses);
    const paginator = paginatorOf(provider, ['a']);
    expect(await rest(paginator)).toEqual(['1']);
    expect(paginator.failures).toMatchObject([{ error: { reason: 'malformed' } }]);
    expect(provider.requests.length).toBeLessThan(8);
  });

  test('names a list twice, it is read once', async () => {
    const provider = new Provider({ a: branches('x', 'x', 'y'), x: page(['1']), y: page(['2']) });
    expect((await rest(paginatorOf(provider, ['a']))).sort()).toEqual(['1', '2']);
    expect(provider.requests.filter((at) => at === 'x')).toHaveLength(1);
  });

  test('cuts a list, what it gave is given first', async () => {
    const cut = new UpstreamError('rejected', { note: 'Ten thousand are enough.' });
    const paginator = paginatorOf(new Provider({ a: { ...page(['1']), cut } }), ['a']);
    expect(await rest(paginator)).toEqual(['1']);
    expect(paginator.failures).toMatchObject([{ error: cut }]);
    expect(paginator.remaining()).toMatchObject([{ position: null, skip: 0 }]);
  });

  test('gives a cursor again once, the page is requested again and the list goes on', async () => {
    let times = 0;
    const responses = {
      a: page(['1'], 'b'),
      b: () => ((times += 1) === 1 ? page(['1'], 'b') : page(['2'], 'c')),
      c: page(['3']),
    };
    const paginator = paginatorOf(new Provider(responses), ['a'], SEQUENTIAL);
    expect(await rest(paginator)).toEqual(['1', '1', '2', '3']);
    expect(paginator.failures).toEqual([]);
  });

  test('forgets a cursor, the list begins again', async () => {
    let times = 0;
    const responses = {
      ...list('other', 2),
      a: page(['1'], 'b'),
      b: () => ((times += 1) === 1 ? new UpstreamError('cursor-expired') : page(['2'])),
    };
    const paginator = paginatorOf(new Provider(responses), ['a', 'other']);
    expect((await rest(paginator)).sort()).toEqual(['1', '1', '2', 'other0', 'other1']);
    expect(paginator.restarts).toBe(1);
    expect(paginator.failures).toEqual([]);
  });

  test('forgets a cursor every time, the list is given up after some tries', async () => {
    const provider = new Provider({ a: page(['1'], 'b'), b: new UpstreamError('cursor-expired') });
    const paginator = paginatorOf(provider, ['a']);
    expect(new Set(await rest(paginator))).toEqual(new Set(['1']));
    expect(paginator.restarts).toBe(SIDE_BY_SIDE.restarts);
    expect(paginator.failures).toMatchObject([{ error: { reason: 'cursor-expired' } }]);
  });

  test.each(MODES)('forbids one list, the others are given whole, %s', async (_, options) => {
    const responses = { all: branches('x', 'y'), x: new UpstreamError('forbidden'), ...list('y', 3), ...list('b', 6) };
    const paginator = paginatorOf(new Provider(responses), ['all', 'b'], options);
    expect((await rest(paginator)).sort()).toEqual(['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'y0', 'y1', 'y2']);
    expect(paginator.failures).toMatchObject([{ list: { type: 'all', parentId: 'in x' }, isFinal: false }]);
    expect(paginator.remaining()).toHaveLength(options.keepsFailed ? 1 : 0);
  });

  test('is down, no further list is begun and all that is left is known', async () => {
    const provider = new Provider({ ...list('b', 30), a: new UpstreamError('unavailable') });
    const paginator = paginatorOf(provider, ['a', 'b']);
    const ids = await rest(paginator);
    expect(provider.requests.length).toBeLessThan(8);
    expect(paginator.failures).toMatchObject([{ isFinal: true }]);
    const remaining = paginator.remaining();
    expect(remaining.map(({ type }) => type).sort()).toEqual(['a', 'b']);
    const later = resumed(new Provider({ ...list('b', 30), a: page([]) }), remaining);
    expect([...ids, ...(await rest(later))]).toHaveLength(30);
  });

  test('answers with no JSON, no further list is begun', async () => {
    const provider = new Provider({ a: new UpstreamError('malformed', { status: 200 }), b: page(['1']) });
    const paginator = paginatorOf(provider, ['a', 'b'], SEQUENTIAL);
    expect(await rest(paginator)).toEqual([]);
    expect(paginator.remaining()).toHaveLength(2);
  });
});
