import type { IntegrationDetails, Item } from '@causeway/client';
import { containerOf, containersTo, hasActionsIn, opens, scopeOf } from './containers.js';
import { defaultItemColumns, describeProperties, itemColumns, locationOf } from './item-columns.js';
import { LoadedItems } from './loaded-items.js';

const item = (id: string, more: Partial<Item> = {}): Item => ({
  ...{ id, type: 'page', name: `Page ${id}`, directory: false, parentId: null, parentPathOrName: null },
  ...{ creationTime: null, lastModifiedTime: null, url: null, children: [], mimeType: null, delta: null },
  ...{ driveId: null, visibility: true, properties: {} },
  ...more,
});

const property = (name: string, label: string, values: Record<string, string> = {}) => ({ name, label, values });

const INTEGRATION = {
  id: 'wiki',
  itemTypeDetails: [
    {
      ...{ type: 'page', label: 'Page', pluralLabel: 'Pages', byDefault: true, parentRequired: false },
      properties: [property('stage', 'Stage', { d: 'Draft' }), property('owner', 'Owner')],
    },
    {
      ...{ type: 'table', label: 'Table', pluralLabel: 'Tables', byDefault: true, parentRequired: false },
      ...{ properties: [], contents: { parent: '{driveId}/{id}', types: ['row'] } },
    },
    { type: 'row', label: 'Row', pluralLabel: 'Rows', byDefault: false, parentRequired: true, properties: [] },
  ],
} as unknown as IntegrationDetails;
const TYPES = INTEGRATION.itemTypeDetails;

function loaded(...all: Item[]): LoadedItems {
  const items = new LoadedItems();
  for (const one of all) items.put(one);
  return items;
}

const location = (items: LoadedItems, one: Item, parentNames?: Map<string, string>) =>
  itemColumns(items, TYPES, parentNames && { parentNames })
    .find(({ id }) => id === 'in')
    ?.text(one);

test('columns have the words of the provider, properties that it defines first', () => {
  const one = item('1', { properties: { zip: '1', owner: 'Ada', stage: 'd' } });
  const columns = itemColumns(loaded(one), TYPES);
  expect(columns.map(({ label }) => label).slice(6)).toEqual(['Stage', 'Owner', 'zip']);
  expect(columns[6]?.text(one)).toBe('Draft');
  expect(describeProperties(one, TYPES)).toEqual([
    ['zip', '1'],
    ['Owner', 'Ada'],
    ['Stage', 'Draft'],
  ]);
});

test('the default columns are as many as the width has room for', () => {
  const rows = ['a', 'b'].map((id) => item(id, { properties: { stage: 'd', owner: `Owner of ${id}` } }));
  const items = loaded(...rows);
  const ids = (width: number) => defaultItemColumns(items, itemColumns(items, TYPES), TYPES.slice(0, 1), width);
  expect(ids(400)).toEqual(['name', 'property stage']);
  expect(ids(560)).toEqual(['name', 'property stage', 'property owner']);
});

test('a text that is the name, in lines, and a time that serves as an id are no default columns', () => {
  const properties = { text: 'Hello\nworld', thread: '1700000000.000100', owner: 'Ada' };
  const items = loaded(item('m', { name: 'Hello world', properties }));
  const ids = defaultItemColumns(items, itemColumns(items, TYPES), TYPES.slice(0, 1), 2_000);
  expect(ids).toEqual(['name', 'property owner']);
});

test('a location is a name, also of a parent inside of a container, and never an id', () => {
  const table = item('t', { type: 'table', driveId: 'd', name: 'Tasks' });
  const row = item('r', { type: 'row', driveId: 'd', parentId: 't' });
  expect(location(loaded(table, row), row)).toBe('Tasks');
  expect(location(loaded(row), row)).toBe('');
  expect(location(loaded(row), row, new Map([['d/t', 'Tasks']]))).toBe('Tasks');
  expect(locationOf(loaded(row), row)).toBeNull();
  expect(locationOf(loaded(table, row), row)).toBe('Tasks');
});

test('an item with contents opens a load of them, and one with loaded children shows those', () => {
  const table = item('t', { type: 'table', driveId: 'd', directory: true });
  const [page, child] = [item('p'), item('c', { parentId: 'p' })];
  const items = loaded(table, page, child);
  expect([table, page, child].map((one) => opens(INTEGRATION, items, one))).toEqual(['contents', 'children', null]);
  const [inTable, inPage] = [table, page].map((one) => containerOf(INTEGRATION, items, one));
  expect(containerOf(INTEGRATION, items, child)).toBeNull();
  const scope = (...containers: (typeof inTable)[]) => {
    const { parent, place, types } = scopeOf(
      INTEGRATION,
      containers.flatMap((one) => one ?? []),
    );
    return [parent, place, types.map(({ type }) => type).join()];
  };
  expect(scope()).toEqual(['', null, 'page,table']);
  expect(scope(inTable)).toEqual(['d/t', null, 'row']);
  expect(scope(inPage)).toEqual(['', 'p', 'page,table']);
});

test('an item is opened inside of its loaded ancestors, but for those that are open', () => {
  const [outer, inner] = [item('o'), item('i', { parentId: 'o' })];
  const table = item('t', { type: 'table', directory: true, parentId: 'i' });
  const items = loaded(outer, inner, table);
  const namesTo = (one: Item, ...open: Item[]) =>
    containersTo(
      INTEGRATION,
      items,
      open.flatMap((opened) => containerOf(INTEGRATION, items, opened) ?? []),
      one,
    ).map(({ place }) => place);
  const place = containerOf(INTEGRATION, items, table)?.place;
  expect(namesTo(table)).toEqual(['o', 'i', place]);
  expect(namesTo(table, outer)).toEqual(['i', place]);
  expect(namesTo(table, outer, inner)).toEqual([place]);
  expect(namesTo(inner)).toEqual(['o', 'i']);
  expect(namesTo(item('c', { parentId: 'i' }))).toEqual([]);
});

test('rows have actions where one can be opened or has a link that a browser follows', () => {
  const actions = (sandbox: boolean, ...all: Item[]) => hasActionsIn({ ...INTEGRATION, sandbox }, loaded(...all));
  const url = 'https://example.com/p';
  expect(actions(false, item('p'), item('q', { url: 'data:,x' }))).toBe(false);
  expect(actions(false, item('p', { url }))).toBe(true);
  expect(actions(true, item('p', { url }))).toBe(false);
  expect(actions(true, item('t', { type: 'table', directory: true }))).toBe(true);
  const items = loaded(item('p', { url }));
  items.put(item('p'));
  expect(hasActionsIn({ ...INTEGRATION, sandbox: false }, items)).toBe(false);
});
