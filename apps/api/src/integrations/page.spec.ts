import { UpstreamError } from '@causeway/http-client';
import { IntegrationItem } from './integration-item.js';
import { branchAt, readCursor, readPage, readWholeList } from './page.js';

const toItem = ({ id }: Record<string, unknown>) => {
  if (typeof id !== 'string') throw new UpstreamError('malformed', { note: 'no id' });
  return IntegrationItem.of({ id, type: 'thing' });
};

describe('a page', () => {
  it.each([[null], ['text'], [[]], [{}]])(
    'with the entry %j gives the other items, and says what is wrong',
    (entry) => {
      const page = readPage([{ id: '1' }, entry, { id: '2' }], toItem, () => 'next');
      expect(page.items.map(({ id }) => id)).toEqual(['1', '2']);
      expect(page).toMatchObject({ nextPosition: 'next', unreadable: { reason: 'malformed' } });
    },
  );

  it.each([[{}], [true], [[]]])('with the cursor %j gives its items, and says what is wrong', (cursor) => {
    const page = readPage([{ id: '1' }], toItem, () => readCursor(cursor, 'cursor'));
    expect(page).toMatchObject({ items: [{ id: '1' }], nextPosition: null, cut: { reason: 'malformed' } });
  });

  it.each([[undefined], [null], ['']])('with the cursor %j is the last one', (cursor) => {
    const page = readPage([], toItem, () => readCursor(cursor, 'cursor'));
    expect(page).toEqual({ items: [], nextPosition: null, unreadable: undefined });
  });
});

describe('a whole list', () => {
  const toEntry = ({ id }: Record<string, unknown>) => ({ id: String(id) });

  it('has every entry of every page once, the first time', async () => {
    const pages = [
      { entries: [{ id: 'a' }, { id: 'b' }, { id: 'b' }], next: 'two' },
      { entries: [{ id: 'a' }, { id: 'c' }], next: undefined },
    ];
    const list = await readWholeList((cursor) => Promise.resolve(pages[cursor === null ? 0 : 1] ?? pages[0]!), toEntry);
    expect(list).toEqual({ entries: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], note: null });
  });

  it.each([
    ['is given again', () => 'same'],
    ['is an object', () => ({})],
    ['is another one every time', () => `cursor ${Math.random()}`],
  ])('ends, with what it gave, when its cursor %s', async (_, next) => {
    const list = await readWholeList(() => Promise.resolve({ entries: [{ id: 'a' }, null], next: next() }), toEntry);
    expect(list).toEqual({ entries: [{ id: 'a' }], note: expect.any(String) });
  });
});

describe('a branch', () => {
  const entries = [{ id: 'a' }, { id: 'b' }];
  const at = (from: string | null, note: string | null = null) =>
    branchAt(
      { entries, note },
      from,
      ({ id }) => `at ${id}`,
      ({ id }) => `from ${id}`,
    );

  it('has the list of one entry, and the entries after it', () => {
    expect(at(null).lists).toEqual([
      { position: 'at a', parentId: 'a' },
      { position: 'from b', parentId: null },
    ]);
    expect(at('b').lists).toEqual([{ position: 'at b', parentId: 'b' }]);
  });

  it('says after the last entry that some may be missing', () => {
    expect(at(null, 'cut').cut).toBeUndefined();
    expect(at('b', 'cut').cut).toMatchObject({ reason: 'malformed', context: { note: 'cut' } });
  });

  it('at an entry that is gone begins the load again', () => {
    expect(() => at('c')).toThrow(expect.objectContaining({ reason: 'cursor-expired' }));
  });

  it('of no entries has no lists', () => {
    expect(branchAt({ entries: [], note: null }, null, String, String)).toEqual({ lists: [] });
  });
});
