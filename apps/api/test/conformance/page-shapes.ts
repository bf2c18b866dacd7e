import fc from 'fast-check';
import { ItemLoad } from '../../src/loads/item-load.js';
import { listCursor, type LoadCursor } from '../../src/loads/load-cursor.js';
import { LoadStatistics } from '../../src/loads/load-statistics.js';
import { SEQUENTIAL, type PaginatorOptions } from '../../src/loads/paginator-options.js';
import type { ApiRequest, Integration, IntegrationItem } from '../../src/integrations/integration.js';
import { contextOf, type ListModel, type ProviderModel } from './provider-model.js';

const WRONG_CURSOR = { wrong: 'cursor' };

/** The same cases in every run, so that no change fails by another one's luck; another seed searches elsewhere. */
export const SEED = Number(process.env['CAUSEWAY_TEST_SEED'] ?? 20261126);
/** Two modes for each of four providers: 10,400 shapes. */
export const RUNS = 1_300;

/** Page of a list by its cursor, `` for the first one; what is not in it is missing at the provider. */
type Shapes = Record<string, Shape>;
interface Shape {
  ids: string[];
  next: string | null;
  fault: 'none' | 'bad-entry' | 'bad-cursor' | 'forbidden';
}

const CURSORS = ['p', 'q', 'r', 's'];
const shape: fc.Arbitrary<Shape> = fc.record({
  // Empty, short, overlapping, repeated and reordered pages.
  ids: fc.array(fc.nat(9).map(String), { maxLength: 5 }),
  next: fc.option(fc.constantFrom(...CURSORS), { freq: 3 }),
  fault: fc.oneof(
    { weight: 12, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom('bad-entry' as const, 'bad-cursor' as const, 'forbidden' as const) },
  ),
});

function shapesOf(lists: readonly ListModel[]): fc.Arbitrary<Shapes[]> {
  return fc.tuple(
    ...lists.map(({ isOnePage = false }) => {
      if (isOnePage) return shape.filter(({ fault }) => fault !== 'bad-cursor').map((only): Shapes => ({ '': only }));
      const pages = Object.fromEntries(
        CURSORS.map((cursor) => [cursor, fc.option(shape, { freq: 6, nil: undefined })]),
      );
      return fc.record({ '': shape, ...pages }).map((found) => {
        const kept = Object.entries(found).filter((page): page is [string, Shape] => page[1] !== undefined);
        return Object.fromEntries(kept);
      });
    }),
  );
}

/** Any pages of a provider's lists: each load ends, gives each item that can be reached once, and names what may be missing. */
export async function checkPageShapes(
  integration: Integration,
  model: ProviderModel,
  options: PaginatorOptions,
  numRuns: number,
): Promise<void> {
  const { lists } = model;
  const property = fc.asyncProperty(shapesOf(lists), async (shapes) => {
    for (const group of loadsOf(lists)) {
      const { given, incomplete } = await loaded(integration, model, shapes, group, options);
      const { items, faulty } = reachable(lists, shapes, group);
      expect([...given].sort()).toEqual([...items].sort());
      for (const type of faulty) expect(incomplete).toContain(type);
    }
  });
  await fc.assert(property, { numRuns, seed: SEED });
}

/** Lists that one load can read: those without a parent together, each other one alone. */
function loadsOf(lists: readonly ListModel[]): ListModel[][] {
  const inAccount = lists.filter(({ parent }) => parent === undefined);
  return [inAccount, ...lists.filter(({ parent }) => parent !== undefined).map((list) => [list])];
}

async function loaded(
  integration: Integration,
  model: ProviderModel,
  shapes: readonly Shapes[],
  group: readonly ListModel[],
  options: PaginatorOptions,
): Promise<{ given: string[]; incomplete: string[] }> {
  const types = [...new Set(group.map(({ type }) => type))];
  const context = contextOf(integration, model, (request) => pageOf(model, shapes, request));
  const { itemTypes } = integration.definition;
  const given: string[] = [];
  let cursor: LoadCursor = {
    types,
    parent: group[0]?.parent ?? null,
    properties: [],
    archived: false,
    updatedSince: null,
    startedAt: 0,
    lists: types.map(listCursor),
    hashes: '',
    fruitlessPages: 0,
    incomplete: [],
  };
  for (let requests = 0; requests < 500; requests += 1) {
    const load = new ItemLoad(integration, itemTypes, context, cursor, new LoadStatistics(types), options);
    const limit = options === SEQUENTIAL ? 3 : Infinity;
    for (let room = limit; room > 0;) {
      const items = await load.next(room);
      if (items === null) break;
      room -= items.length;
      given.push(...items.map(keyOf));
    }
    const remaining = load.remaining();
    if (remaining === null || limit === Infinity) {
      return { given, incomplete: load.incomplete().map(({ type }) => type) };
    }
    cursor = JSON.parse(JSON.stringify(remaining)) as LoadCursor;
  }
  throw new Error('The load does not end.');
}

function reachable(lists: readonly ListModel[], shapes: readonly Shapes[], group: readonly ListModel[]) {
  const items = new Set<string>();
  const faulty = new Set<string>();
  for (const list of group) {
    const pages = shapes[lists.indexOf(list)] ?? {};
    const seen = new Set<string>();
    for (let at: string | null = ''; at !== null && !seen.has(at);) {
      seen.add(at);
      const page: Shape | undefined = pages[at];
      if (page === undefined || page.fault !== 'none') faulty.add(list.type);
      if (page === undefined || page.fault === 'forbidden') break;
      for (const id of page.ids) items.add(`${list.type} ${list.driveId ?? ''} ${id}`);
      at = list.isOnePage === true || page.fault === 'bad-cursor' ? null : page.next;
    }
  }
  return { items, faulty };
}

const keyOf = ({ type, driveId, id }: IntegrationItem) => `${type} ${driveId ?? ''} ${id}`;

function pageOf({ lists, forbidden }: ProviderModel, shapes: readonly Shapes[], request: ApiRequest) {
  for (const [index, list] of lists.entries()) {
    const cursor = list.cursorOf(request);
    if (cursor === undefined) continue;
    const page = shapes[index]?.[cursor ?? ''];
    if (page === undefined) return { status: 404, body: {} };
    if (page.fault === 'forbidden') return forbidden;
    const entries: unknown[] = page.ids.map((id) => list.entry(id));
    if (page.fault === 'bad-entry') entries.push({});
    return { status: 200, body: list.body({ entries, next: page.fault === 'bad-cursor' ? WRONG_CURSOR : page.next }) };
  }
  return undefined;
}
