import { UpstreamError } from '@causeway/http-client';
import type { Branches, IntegrationItem, Page } from '../integrations/integration.js';
import { laneOf, type Lane } from './lane.js';
import { ONE_BY_ONE, PageWalk, SIDE_BY_SIDE, type FetchedPage, type WalkOptions } from './page-walk.js';

const item = (id: string) => ({ type: 'thing', id }) as IntegrationItem;

/** Lists of pages by the position that they are at; `fork:` positions name lists. */
class Provider {
  readonly asked: (string | null)[] = [];
  running = 0;
  mostAtOnce = 0;

  constructor(private readonly answers: Record<string, Page | Branches | Error | (() => Page | Error)>) {}

  fetch = async ({ position, type }: Lane): Promise<Page | Branches> => {
    const at = position ?? type;
    this.asked.push(at);
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    this.running -= 1;
    const told = this.answers[at];
    const answer = typeof told === 'function' ? told() : told;
    if (answer === undefined) throw new UpstreamError('missing');
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

const page = (ids: string[], nextPosition: string | null = null): Page => ({ items: ids.map(item), nextPosition });

/** A list of `count` pages with one item each, `<name>0` at the position `<name>`. */
const list = (name: string, count: number): Record<string, Page> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      at === 0 ? name : `${name}${at}`,
      page([`${name}${at}`], at === count - 1 ? null : `${name}${at + 1}`),
    ]),
  );

const idsOf = ({ page: { items } }: FetchedPage) => items.map(({ id }) => id);

async function rest(walk: PageWalk): Promise<string[]> {
  const ids: string[] = [];
  for (let fetched = await walk.next(); fetched !== null; fetched = await walk.next()) ids.push(...idsOf(fetched));
  return ids;
}

const walkOf = (provider: Provider, types: string[], options: WalkOptions = SIDE_BY_SIDE) =>
  new PageWalk(types.map(laneOf), provider.fetch, options);

describe('a walk', () => {
  test.each([
    ['one by one', ONE_BY_ONE],
    ['side by side', SIDE_BY_SIDE],
  ])('%s gives every page of every list once', async (_, options) => {
    const provider = new Provider({ ...list('a', 7), ...list('b', 1), ...list('c', 4) });
    const ids = await rest(walkOf(provider, ['a', 'b', 'c'], options));
    expect(ids.sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b0', 'c0', 'c1', 'c2', 'c3']);
    expect(provider.asked).toHaveLength(12);
  });

  test('one by one asks for nothing before it is wanted, and keeps to the order', async () => {
    const provider = new Provider({ ...list('a', 2), ...list('b', 2) });
    const walk = walkOf(provider, ['a', 'b'], ONE_BY_ONE);
    expect(provider.asked).toEqual([]);
    const first = await walk.next();
    expect(first && idsOf(first)).toEqual(['a0']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(provider.asked).toEqual(['a']);
    expect(await rest(walk)).toEqual(['a1', 'b0', 'b1']);
  });

  test('side by side asks ahead, but no further than its reader comes', async () => {
    const provider = new Provider({ ...list('a', 50), ...list('b', 50) });
    const walk = walkOf(provider, ['a', 'b']);
    await walk.next();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(provider.asked.length).toBeLessThanOrEqual(1 + SIDE_BY_SIDE.atOnce);
    expect(provider.mostAtOnce).toBeLessThanOrEqual(SIDE_BY_SIDE.atOnce);
    expect(await rest(walk)).toHaveLength(99);
  });

  test('lists that begin at a fork are walked side by side', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `list-${at}-`);
    const forks = Object.fromEntries(
      names.map((name, at) => [
        at === 0 ? 'all' : `from-${at}`,
        { lists: at === names.length - 1 ? [name] : [name, `from-${at + 1}`] },
      ]),
    );
    const provider = new Provider({ ...forks, ...Object.assign({}, ...names.map((name) => list(name, 3))) });
    const walk = walkOf(provider, ['all']);
    const first = await walk.next();
    // Of twenty lists only those are open that are being walked: a cursor stays small.
    expect(walk.rest().length).toBeLessThanOrEqual(SIDE_BY_SIDE.atOnce + 2);
    const ids = [...(first === null ? [] : idsOf(first)), ...(await rest(walk))];
    expect(new Set(ids).size).toBe(60);
    expect(ids).toHaveLength(60);
    expect(provider.mostAtOnce).toBeGreaterThan(2);
  });

  test.each([
    ['one by one', ONE_BY_ONE],
    ['side by side', SIDE_BY_SIDE],
  ])('what is left at any time, %s, is exactly what was not given', async (_, options) => {
    const answers = {
      ...list('a', 5),
      ...list('b', 3),
      fork: { lists: ['x', 'y'] },
      ...list('x', 3),
      ...list('y', 2),
    };
    for (let stop = 0; stop <= 13; stop += 1) {
      const walk = walkOf(new Provider(answers), ['a', 'fork', 'b'], options);
      const ids: string[] = [];
      for (let at = 0; at < stop; at += 1) {
        const fetched = await walk.next();
        if (fetched !== null) ids.push(...idsOf(fetched));
      }
      const later = new PageWalk(
        JSON.parse(JSON.stringify(walk.rest())) as Lane[],
        new Provider(answers).fetch,
        options,
      );
      const all = [...ids, ...(await rest(later))];
      expect(all.sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2', 'x0', 'x1', 'x2', 'y0', 'y1']);
    }
  });

  test('the rest of a page that was put back comes again, and its followers once', async () => {
    const provider = new Provider({ a: page(['1', '2', '3'], 'b'), b: page(['4']) });
    const walk = walkOf(provider, ['a'], ONE_BY_ONE);
    const fetched = await walk.next();
    if (fetched !== null) walk.putBack(fetched, 2);
    expect(walk.rest()).toMatchObject([{ position: null, skip: 2 }]);
    const again = await walk.next();
    expect(again?.lane.skip).toBe(2);
    expect(await rest(walk)).toEqual(['4']);
    expect(walk.rest()).toEqual([]);
  });

  test('an empty page that has a next one is followed', async () => {
    const walk = walkOf(new Provider({ a: page([], 'b'), b: page([], 'c'), c: page(['1']) }), ['a']);
    expect(await rest(walk)).toEqual(['1']);
    expect(walk.failures).toEqual([]);
  });
});

describe('a provider that', () => {
  test('names the same page again while it is empty is asked again', async () => {
    let times = 0;
    const answers = { a: page(['1'], 'b'), b: () => ((times += 1) < 3 ? page([], 'b') : page(['2'])) };
    expect(await rest(walkOf(new Provider(answers), ['a']))).toEqual(['1', '2']);
    const walk = walkOf(new Provider({ a: page([], 'b'), b: page([], 'b') }), ['a']);
    await rest(walk);
    expect(walk.failures).toMatchObject([{ error: { reason: 'malformed' } }]);
  });

  test.each([
    ['names the same page again', { a: page(['1'], 'b'), b: page(['2'], 'b') }],
    ['walks in a circle', { a: page(['1'], 'b'), b: page(['2'], 'c'), c: page(['3'], 'd'), d: page(['4'], 'b') }],
  ])('%s is left, with what came before it', async (_, answers) => {
    const provider = new Provider(answers);
    const walk = walkOf(provider, ['a']);
    await rest(walk);
    expect(walk.failures).toMatchObject([{ error: { reason: 'malformed' } }]);
    expect(provider.asked.length).toBeLessThanOrEqual(4);
    expect(walk.rest()).toHaveLength(1);
  });

  test('walks in a circle over many calls is found out over its cursors', async () => {
    const provider = new Provider({ a: page(['1'], 'b'), b: page(['2'], 'c'), c: page(['3'], 'b') });
    let lanes: Lane[] = [laneOf('a')];
    let calls = 0;
    for (let failed = false; !failed && calls < 20; calls += 1) {
      const walk = new PageWalk(JSON.parse(JSON.stringify(lanes)) as Lane[], provider.fetch, ONE_BY_ONE);
      await walk.next();
      failed = walk.failures.length > 0;
      lanes = walk.rest();
    }
    expect(calls).toBe(3);
  });

  test('gives empty pages without end is left', async () => {
    let made = 0;
    const endless = () => page([], `p${(made += 1)}`);
    const answers = Object.fromEntries(Array.from({ length: 1_200 }, (_, at) => [`p${at + 1}`, endless]));
    const walk = walkOf(new Provider({ ...answers, a: endless }), ['a']);
    expect(await rest(walk)).toEqual([]);
    expect(walk.failures).toMatchObject([{ error: { reason: 'malformed' } }]);
  });

  test('cuts a list is told of, after what it gave', async () => {
    const walk = walkOf(new Provider({ a: { ...page(['1']), cut: 'Ten thousand are enough.' } }), ['a']);
    expect(await rest(walk)).toEqual(['1']);
    expect(walk.failures).toMatchObject([
      { error: { reason: 'rejected', context: { note: 'Ten thousand are enough.' } } },
    ]);
    expect(walk.rest()).toHaveLength(1);
  });

  test('forgets a position: the list begins again', async () => {
    let times = 0;
    const answers = {
      ...list('other', 2),
      a: page(['1'], 'b'),
      b: () => ((times += 1) === 1 ? new UpstreamError('cursor-expired') : page(['2'])),
    };
    const walk = walkOf(new Provider(answers), ['a', 'other']);
    expect((await rest(walk)).sort()).toEqual(['1', '1', '2', 'other0', 'other1']);
    expect(walk.restarted).toBe(1);
    expect(walk.failures).toEqual([]);
  });

  test('forgets it every time: the list is left after some trials', async () => {
    const provider = new Provider({ a: page(['1'], 'b'), b: new UpstreamError('cursor-expired') });
    const walk = walkOf(provider, ['a']);
    expect(new Set(await rest(walk))).toEqual(new Set(['1']));
    expect(walk.restarted).toBe(SIDE_BY_SIDE.restarts);
    expect(walk.failures).toMatchObject([{ error: { reason: 'cursor-expired' } }]);
  });

  test('refuses one list: the others come whole', async () => {
    const walk = walkOf(new Provider({ a: new UpstreamError('forbidden'), ...list('b', 6) }), ['a', 'b']);
    expect((await rest(walk)).sort()).toEqual(['b0', 'b1', 'b2', 'b3', 'b4', 'b5']);
    expect(walk.rest()).toMatchObject([{ type: 'a', position: null }]);
  });

  test('is down: nothing more is begun, and all that is left is known', async () => {
    const provider = new Provider({ ...list('b', 30), a: new UpstreamError('unavailable') });
    const walk = walkOf(provider, ['a', 'b']);
    const ids = await rest(walk);
    expect(provider.asked.length).toBeLessThan(8);
    expect(
      walk
        .rest()
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['a', 'b']);
    const later = new PageWalk(walk.rest(), new Provider({ ...list('b', 30), a: page([]) }).fetch, SIDE_BY_SIDE);
    expect([...ids, ...(await rest(later))]).toHaveLength(30);
  });
});
