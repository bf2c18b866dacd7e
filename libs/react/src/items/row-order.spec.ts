import fc from 'fast-check';
import type { Item } from '@causeway/client';
import { LoadedItems } from './loaded-items.js';
import { TimeSlicer } from './time-slicer.js';
import { RowOrder, type ItemQuery } from './row-order.js';
import { compareKeys, mergeInSlices, sortInSlices, type SortKey } from './sorting.js';

const item = (id: number, name: string, type = 'page', parentId: string | null = null) =>
  ({ id: String(id), type, name, parentId, driveId: null, parentPathOrName: null, properties: {} }) as unknown as Item;

const ALL: ItemQuery = { types: [], text: '', place: null, sort: null };
const byName = (descending = false): ItemQuery => ({ ...ALL, sort: { keyOf: ({ name }) => name, descending } });

/** The names of the rows, once the computation is complete. */
async function shown(items: LoadedItems, rows: RowOrder, query: ItemQuery): Promise<string[]> {
  rows.update(query);
  for (let turns = 0; turns < 200; turns += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  return rows.order.map((at) => items.rows[at]?.name ?? '');
}

function filled(...names: string[]): { items: LoadedItems; rows: RowOrder } {
  const items = new LoadedItems();
  names.forEach((name, id) => items.put(item(id, name)));
  return { items, rows: new RowOrder(items, () => {}) };
}

test('keeps the order of loading, and finds rows in which every word occurs', async () => {
  const { items, rows } = filled('Ada Lovelace', 'Zoë', 'Lovely Ada', 'ada');
  expect(await shown(items, rows, ALL)).toEqual(['Ada Lovelace', 'Zoë', 'Lovely Ada', 'ada']);
  expect(await shown(items, rows, { ...ALL, text: 'LOVE ada' })).toEqual(['Ada Lovelace', 'Lovely Ada']);
});

test('filters by type and by parent', async () => {
  const items = new LoadedItems();
  items.put(item(1, 'base', 'base'));
  items.put(item(2, 'table', 'table', '1'));
  items.put(item(3, 'record', 'record', '2'));
  const rows = new RowOrder(items, () => {});
  expect(await shown(items, rows, { ...ALL, types: ['base', 'record'] })).toEqual(['base', 'record']);
  expect(await shown(items, rows, { ...ALL, place: '1' })).toEqual(['table']);
});

test('merges rows that arrive later, moves rows that change, and removes rows that are cleared', async () => {
  const { items, rows } = filled('b', 'd');
  const query = byName();
  expect(await shown(items, rows, query)).toEqual(['b', 'd']);
  items.put(item(7, 'c'));
  items.put(item(8, 'a'));
  expect(await shown(items, rows, query)).toEqual(['a', 'b', 'c', 'd']);
  items.put(item(8, 'z'));
  expect(await shown(items, rows, query)).toEqual(['b', 'c', 'd', 'z']);
  items.clear();
  expect(await shown(items, rows, query)).toEqual([]);
  items.put(item(9, 'new'));
  expect(await shown(items, rows, query)).toEqual(['new']);
});

test('a new query replaces one that is still being computed', async () => {
  const { items, rows } = filled(...Array.from({ length: 20_000 }, (_, at) => `name-${(at * 7919) % 20_000}`));
  rows.update(byName());
  rows.update(byName(true));
  const names = await shown(items, rows, { ...byName(), text: 'name-1999' });
  expect(names).toEqual(['name-1999', ...Array.from({ length: 10 }, (_, at) => `name-${19_990 + at}`)]);
});

test('sorting in time slices gives the order of Array.sort, with nulls last', async () => {
  const key = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.string({ maxLength: 3 }), fc.constant(null));
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 3_000 }), fc.boolean(), async (keys: SortKey[], descending) => {
      const compare = (one: number, other: number) =>
        compareKeys(keys[one] ?? null, keys[other] ?? null, descending) || one - other;
      const all = keys.map((_, at) => at);
      const sorted = await sortInSlices(all, compare, new TimeSlicer());
      expect(sorted).toEqual([...all].sort(compare));
      const half = all.filter((at) => at % 2 === 0).sort(compare);
      const other = all.filter((at) => at % 2 === 1).sort(compare);
      expect(await mergeInSlices(half, other, compare, new TimeSlicer())).toEqual(sorted);
      const firstNull = sorted.findIndex((at) => keys[at] === null);
      if (firstNull >= 0) expect(sorted.slice(firstNull).every((at) => keys[at] === null)).toBe(true);
    }),
    { numRuns: 30 },
  );
});
