import type { Item } from '@causeway/client';
import { LoadedItems } from './loaded-items.js';

const item = (id: string, more: Partial<Item> = {}): Item => ({
  ...{ id, type: 'page', name: `Page ${id}`, directory: false, parentId: null, parentPathOrName: null },
  ...{ creationTime: null, lastModifiedTime: null, url: null, children: [], mimeType: null, delta: null },
  ...{ driveId: null, visibility: true, properties: {} },
  ...more,
});

test('an item that arrives again replaces the earlier one, and reports whether it has changed', () => {
  const items = new LoadedItems();
  expect(items.put(item('1'))).toBe('new');
  expect(items.put(item('2'))).toBe('new');
  expect(items.put(item('1'))).toBe('same');
  expect(items.revision).toBe(0);
  expect(items.put(item('1', { name: 'Renamed' }))).toBe('changed');
  expect(items.revision).toBe(1);
  expect(items.rows.map(({ name }) => name)).toEqual(['Renamed', 'Page 2']);
  expect(items.searchTexts[0]).toContain('renamed');
});

test('items of different types may have the same id', () => {
  const items = new LoadedItems();
  items.put(item('1'));
  expect(items.put(item('1', { type: 'table' }))).toBe('new');
  expect([...items.countsByType]).toEqual([
    ['page', 1],
    ['table', 1],
  ]);
});

test('a copied container may have the ids of its original', () => {
  const items = new LoadedItems();
  const tables = ['appA', 'appB'].map((driveId) => item('tbl', { type: 'table', driveId, parentId: driveId }));
  const bases = ['appA', 'appB'].map((id) => item(id, { type: 'base' }));
  for (const one of [...bases, ...tables]) expect(items.put(one)).toBe('new');
  const record = item('rec', { type: 'record', driveId: 'appB', parentId: 'tbl' });
  items.put(record);
  expect(tables.map(items.childCount)).toEqual([0, 1]);
  expect(bases.map(items.childCount)).toEqual([1, 1]);
  expect(items.pathTo(record)).toEqual([bases[1], tables[1]]);
});

test('counts are updated when an item changes its parent and properties', () => {
  const items = new LoadedItems();
  const base = item('base', { type: 'base' });
  items.put(base);
  items.put(item('1', { parentId: 'base', properties: { status: 'open', tags: [] } }));
  expect(items.childCount(base)).toBe(1);
  expect([...(items.properties.get('page') ?? [])]).toEqual([['status', 1]]);
  items.put(item('1', { properties: {} }));
  expect(items.childCount(base)).toBe(0);
  expect(items.properties.get('page')?.get('status')).toBe(0);
});

test('the path to an item ends where the parents form a cycle', () => {
  const items = new LoadedItems();
  items.put(item('a', { parentId: 'c' }));
  items.put(item('b', { parentId: 'a' }));
  const c = item('c', { parentId: 'b' });
  items.put(c);
  expect(items.pathTo(c).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(items.pathTo(item('d', { parentId: 'b' })).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
});

test('the search text has the name, the parent and the properties, but no other fields', () => {
  const items = new LoadedItems();
  items.put(item('7', { parentPathOrName: 'Roadmap', properties: { email: 'Zoë@Example.com', done: true, n: 12 } }));
  const [text = ''] = items.searchTexts;
  for (const word of ['page 7', 'roadmap', 'zoë@example.com', '12']) expect(text).toContain(word);
  expect(text).not.toContain('visibility');
});
