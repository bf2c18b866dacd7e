import { allPages } from '../integration.contract.js';
import { NotionIntegration } from './notion.integration.js';

const notion = new NotionIntegration();
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `r-${from + at}`);
const relation = (...to: string[]) => ({
  id: 'crew',
  type: 'relation',
  relation: to.map((id) => ({ id })),
  has_more: true,
});
const itemsOf = (type: string, values: unknown[], more: object = {}) => ({
  object: 'list',
  results: values.map((value) => ({ object: 'property_item', id: 'x', type, [type]: value })),
  has_more: false,
  next_cursor: null,
  ...more,
});
const mention = (name: string) => ({
  type: 'mention',
  mention: { type: 'page', page: { id: name } },
  plain_text: name,
});

/** The properties of a page that a search gives with these, and what it was asked. */
async function load(properties: object, answers: Record<string, unknown> = {}, page: object = {}) {
  const { items, seen, missing } = await allPages(
    notion,
    { type: 'page' },
    {
      'POST /v1/search': { results: [{ id: 'p1', properties, ...page }], has_more: false },
      ...answers,
    },
  );
  expect(missing).toEqual([]);
  return { item: items[0], properties: items[0]?.properties ?? {}, requests: seen.slice(1) };
}

describe('what Notion gives in part', () => {
  it('reads the rest of a relation, page after page', async () => {
    const path = 'GET /v1/pages/p1/properties/crew';
    const { properties, requests } = await load(
      {
        Crew: relation(...ids(1, 25)),
        Boat: { id: 'boat', type: 'relation', relation: [{ id: 'b' }], has_more: false },
      },
      {
        [`${path}?page_size=100`]: itemsOf(
          'relation',
          ids(1, 100).map((id) => ({ id })),
          { has_more: true, next_cursor: 'c2' },
        ),
        [`${path}?page_size=100&start_cursor=c2`]: itemsOf(
          'relation',
          ids(101, 120).map((id) => ({ id })),
        ),
      },
    );
    expect(properties).toMatchObject({ Crew: ids(1, 120), Boat: ['b'] });
    expect(requests).toHaveLength(2);
  });

  it('passes the id of a property on as it came, URL-encoded', async () => {
    const { requests } = await load({
      Crew: { ...relation('r-1'), id: 'a%5C%3A' },
      Boat: { ...relation('r-1'), id: '../x?y' },
    });
    expect(requests).toEqual([
      'GET /v1/pages/p1/properties/a\\:?page_size=100',
      'GET /v1/pages/p1/properties/../x?y?page_size=100',
    ]);
  });

  it('reads people and texts with as many references as a page can have', async () => {
    const people = ids(1, 30).map((id) => ({ object: 'user', id }));
    const runs = ids(1, 30).map(mention);
    const { properties, item, requests } = await load(
      {
        Owners: { id: 'own', type: 'people', people: people.slice(0, 25) },
        Few: { id: 'few', type: 'people', people: people.slice(0, 24) },
        Notes: { id: 'notes', type: 'rich_text', rich_text: runs.slice(0, 25) },
        Long: {
          id: 'long',
          type: 'rich_text',
          rich_text: ids(1, 80).map((run) => ({ type: 'text', plain_text: run })),
        },
        Name: { id: 'title', type: 'title', title: runs.slice(0, 25) },
      },
      {
        'GET /v1/pages/p1/properties/own': itemsOf('people', people),
        'GET /v1/pages/p1/properties/notes': itemsOf('rich_text', runs),
        'GET /v1/pages/p1/properties/title': itemsOf('title', runs),
      },
    );
    expect(properties).toMatchObject({ Owners: ids(1, 30), Notes: ids(1, 30).join('') });
    expect(item?.name).toBe(ids(1, 30).join(''));
    expect(requests).toHaveLength(3);
  });

  it('reads formulas and rollups anew that were computed from a part of a relation', async () => {
    const rollup = (value: object) => ({ type: 'rollup', id: 'x', rollup: value });
    const { properties } = await load(
      {
        Crew: relation(...ids(1, 25)),
        Pay: { ...rollup({ type: 'number', number: 25, function: 'count' }), id: 'pay' },
        Ages: {
          ...rollup({ type: 'array', array: [{ type: 'number', number: 1 }], function: 'show_original' }),
          id: 'ages',
        },
        Names: { ...rollup({ type: 'array', array: [{ type: 'title', title: [mention('a')] }] }), id: 'names' },
        Busy: { id: 'busy', type: 'formula', formula: { type: 'number', number: 25 } },
      },
      {
        'GET /v1/pages/p1/properties/crew': itemsOf(
          'relation',
          ids(1, 27).map((id) => ({ id })),
        ),
        'GET /v1/pages/p1/properties/pay': itemsOf('relation', [{ id: 'r-1' }], {
          property_item: rollup({ type: 'number', number: 27, function: 'count' }),
        }),
        'GET /v1/pages/p1/properties/ages': itemsOf('number', [1, 2, 3], {
          property_item: rollup({ type: 'array', array: [], function: 'show_original' }),
        }),
        'GET /v1/pages/p1/properties/names': itemsOf('title', [mention('a'), mention('b')], {
          property_item: rollup({ type: 'array', array: [], function: 'show_original' }),
        }),
        'GET /v1/pages/p1/properties/busy': {
          object: 'property_item',
          id: 'busy',
          type: 'formula',
          formula: { type: 'number', number: 27 },
        },
      },
    );
    expect(properties).toMatchObject({ Pay: 27, Ages: [1, 2, 3], Names: { values: ['a'], hasMore: true }, Busy: 27 });
  });

  it('says that there is more where the rest cannot be read', async () => {
    const { properties } = await load(
      { Crew: relation('r-1'), Boat: { ...relation('b-1'), id: 'boat' }, Port: { ...relation('p-1'), id: undefined } },
      { 'GET /v1/pages/p1/properties/boat': { object: 'list' } },
    );
    expect(properties).toMatchObject({
      Crew: { values: ['r-1'], hasMore: true },
      Boat: { values: ['b-1'], hasMore: true },
      Port: { values: ['p-1'], hasMore: true },
    });
  });

  it('ends, and says that there is more, where the rest has no end', async () => {
    const endless = itemsOf(
      'relation',
      ids(1, 100).map((id) => ({ id })),
      { has_more: true, next_cursor: 'again' },
    );
    const { properties, requests } = await load(
      { Crew: relation('r-1') },
      { 'GET /v1/pages/p1/properties/crew': endless },
    );
    expect(properties['Crew']).toMatchObject({ hasMore: true });
    expect(requests).toHaveLength(100);
  });

  it('needs no request for pages that are whole', async () => {
    const { requests } = await load(
      {
        Name: { id: 'title', type: 'title', title: [mention('a')] },
        Sum: { id: 's', type: 'rollup', rollup: { type: 'number', number: 1 } },
      },
      {},
      { parent: { type: 'page_id', page_id: 'p0' } },
    );
    expect(requests).toEqual([]);
  });
});

describe('a Notion page in a block', () => {
  const inBlock = { parent: { type: 'block_id', block_id: 'b1' } };

  it('has the page around all blocks as its parent', async () => {
    const { item } = await load(
      {},
      {
        'GET /v1/blocks/b1': { object: 'block', id: 'b1', parent: { type: 'block_id', block_id: 'b2' } },
        'GET /v1/blocks/b2': { object: 'block', id: 'b2', parent: { type: 'page_id', page_id: 'p9' } },
      },
      inBlock,
    );
    expect(item).toMatchObject({ parentId: 'p9', properties: { parentType: 'page' } });
  });

  it.each([
    ['cannot be read', {}],
    ['has no parent', { 'GET /v1/blocks/b1': { object: 'block', id: 'b1' } }],
    ['is in itself', { 'GET /v1/blocks/b1': { object: 'block', id: 'b1', parent: inBlock.parent } }],
  ])('has the block as its parent where the block %s', async (_, answers) => {
    const { item } = await load({}, answers, inBlock);
    expect(item).toMatchObject({ parentId: 'b1', properties: { parentType: 'block' } });
  });
});
