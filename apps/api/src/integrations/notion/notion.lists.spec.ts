import { allPages } from '../integration.contract.js';
import { NotionIntegration } from './notion.integration.js';

const notion = new NotionIntegration();
const page = (id: string, minute: number) => ({
  object: 'page',
  id,
  created_time: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  parent: { type: 'data_source_id', data_source_id: 'ds1', database_id: 'db1' },
});
const incomplete = { request_status: { type: 'incomplete', incomplete_reason: 'query_result_limit_reached' } };

interface Query {
  filter?: { and: { created_time?: { on_or_after: string }; last_edited_time?: object }[] };
  sorts: unknown;
  result_type: string;
  page_size: number;
  start_cursor?: string;
}

/** A data source that gives `most` rows a query, two a page. */
const dataSource = (rows: ReturnType<typeof page>[], most: number) => (body: unknown) => {
  const { filter, start_cursor: cursor = '0' } = body as Query;
  const from = filter?.and[0]?.created_time?.on_or_after ?? '';
  const found = rows.filter(({ created_time }) => created_time >= from);
  const start = Number(cursor);
  const end = Math.min(start + 2, most);
  const hasMore = end < Math.min(found.length, most);
  return {
    object: 'list',
    results: found.slice(start, end),
    has_more: hasMore,
    next_cursor: hasMore ? String(end) : null,
    // Told on the first page already, which the documentation allows.
    ...(found.length > most && start === 0 ? incomplete : { request_status: { type: 'complete' } }),
  };
};

describe('pages in a Notion data source', () => {
  it('are its rows, by a query', async () => {
    const { items, seen } = await allPages(
      notion,
      { type: 'page', parent: 'ds1' },
      {
        'POST /v1/data_sources/ds1/query': { results: [page('p1', 1), page('p2', 2)], has_more: false },
      },
    );
    expect(items.map(({ id, parentId }) => [id, parentId])).toEqual([
      ['p1', 'ds1'],
      ['p2', 'ds1'],
    ]);
    expect(JSON.parse(seen[0]?.split('query ')[1] ?? '')).toEqual({
      sorts: [{ timestamp: 'created_time', direction: 'ascending' }],
      result_type: 'page',
      page_size: 100,
    });
  });

  it('are all read where there are more than a query gives', async () => {
    const rows = Array.from({ length: 11 }, (_, at) => page(`p${at}`, at >> 1));
    const { items, missing } = await allPages(
      notion,
      { type: 'page', parent: 'ds1' },
      {
        'POST /v1/data_sources/ds1/query': dataSource(rows, 5),
      },
    );
    expect(missing).toEqual([]);
    expect([...new Set(items.map(({ id }) => id))]).toEqual(rows.map(({ id }) => id));
  });

  it('end incomplete where one minute has more rows than a query gives', async () => {
    const rows = Array.from({ length: 8 }, (_, at) => page(`p${at}`, 0));
    const { items, missing } = await allPages(
      notion,
      { type: 'page', parent: 'ds1' },
      {
        'POST /v1/data_sources/ds1/query': dataSource(rows, 4),
      },
    );
    expect(new Set(items.map(({ id }) => id)).size).toBe(4);
    expect(missing).toMatchObject([
      { reason: 'rejected', context: { note: expect.stringContaining('query_result_limit_reached') } },
    ]);
  });

  it('are asked for by the time of their last change', async () => {
    const { seen } = await allPages(
      notion,
      { type: 'page', parent: 'ds1', changedSince: Date.UTC(2026, 4, 1) },
      {
        'POST /v1/data_sources/ds1/query': { results: [], has_more: false },
      },
    );
    expect(JSON.parse(seen[0]?.split('query ')[1] ?? '')).toMatchObject({
      filter: {
        and: [{ timestamp: 'last_edited_time', last_edited_time: { on_or_after: '2026-05-01T00:00:00.000Z' } }],
      },
    });
  });
});

describe('what is in a Notion database', () => {
  const database = {
    object: 'database',
    id: 'db1',
    data_sources: [
      { id: 'ds1', name: 'A' },
      { id: 'ds2', name: 'B' },
    ],
  };

  it('is the rows of all its data sources', async () => {
    const { items } = await allPages(
      notion,
      { type: 'page', parent: 'db1' },
      {
        'GET /v1/databases/db1': database,
        'POST /v1/data_sources/ds1/query': { results: [page('p1', 1)], has_more: false },
        'POST /v1/data_sources/ds2/query': { results: [page('p2', 1)], has_more: false },
      },
    );
    expect(items.map(({ id }) => id)).toEqual(['p1', 'p2']);
  });

  it('is its data sources, which name the database and what that is in', async () => {
    const source = (id: string) => ({
      object: 'data_source',
      id,
      title: [{ plain_text: id }],
      parent: { type: 'database_id', database_id: 'db1' },
      database_parent: { type: 'page_id', page_id: 'p0' },
    });
    const { items } = await allPages(
      notion,
      { type: 'data-source', parent: 'db1' },
      {
        'GET /v1/databases/db1': database,
        'GET /v1/data_sources/ds1': source('ds1'),
        'GET /v1/data_sources/ds2': source('ds2'),
      },
    );
    expect(items).toMatchObject([
      {
        type: 'data-source',
        id: 'ds1',
        parentId: 'db1',
        properties: { parentType: 'database', databaseParentId: 'p0', databaseParentType: 'page' },
      },
      { id: 'ds2' },
    ]);
  });

  it('is refused where the parent is neither a data source nor a database', async () => {
    await expect(allPages(notion, { type: 'page', parent: 'x' }, {})).rejects.toMatchObject({ reason: 'missing' });
  });
});

describe('Notion databases', () => {
  const source = (id: string, database: string) => ({ id, parent: { type: 'database_id', database_id: database } });

  it('are those that data sources are in, each once', async () => {
    const { items, seen } = await allPages(
      notion,
      { type: 'database' },
      {
        'POST /v1/search': { results: [source('ds1', 'db1'), source('ds2', 'db1'), { id: 'ds3' }], has_more: false },
        'GET /v1/databases/db1': {
          object: 'database',
          id: 'db1',
          title: [{ plain_text: 'Fleet' }],
          parent: { type: 'page_id', page_id: 'p0' },
          is_locked: true,
          in_trash: true,
          data_sources: [
            { id: 'ds1', name: 'Boats' },
            { id: 'ds2', name: null },
          ],
        },
      },
    );
    expect(items).toMatchObject([
      {
        type: 'database',
        id: 'db1',
        name: 'Fleet',
        directory: true,
        parentId: 'p0',
        children: ['ds1', 'ds2'],
        visibility: false,
        properties: { locked: true, dataSources: ['Boats', null], parentType: 'page' },
      },
    ]);
    expect(seen).toHaveLength(2);
  });

  it('are given without one that cannot be read, which is told', async () => {
    const { items, missing } = await allPages(
      notion,
      { type: 'database' },
      {
        'POST /v1/search': { results: [source('ds1', 'db1'), source('ds2', 'db2')], has_more: false },
        'GET /v1/databases/db2': { id: 'db2' },
      },
    );
    expect(items.map(({ id }) => id)).toEqual(['db2']);
    expect(missing).toMatchObject([{ reason: 'missing' }]);
  });
});

describe('a Notion search', () => {
  it.each([
    ['the last', { has_more: false }],
    ['an earlier', { has_more: true, next_cursor: 'c2' }],
  ])('that is incomplete by %s page says so and gives what it has', async (_, more) => {
    const { items, missing } = await allPages(
      notion,
      { type: 'page' },
      {
        'POST /v1/search': (body: unknown) =>
          (body as Query).start_cursor === undefined
            ? { results: [{ id: 'p1' }], ...more, ...incomplete }
            : { results: [{ id: 'p2' }], has_more: false },
      },
    );
    expect(items.map(({ id }) => id)).toEqual(more.has_more ? ['p1', 'p2'] : ['p1']);
    expect(missing).toMatchObject([{ reason: 'rejected' }]);
  });

  it('is not exhaustive, and a query is', () => {
    const reasons = (parent: string | null) =>
      notion.definition.itemTypes.map(({ notExhaustive }) => notExhaustive(parent) === null);
    expect([reasons(null), reasons('ds1')]).toEqual([
      [false, false, false],
      [true, true, false],
    ]);
  });

  it('hides pages that are archived', async () => {
    const pages = [
      { id: 'p1', in_trash: false, is_archived: true },
      { id: 'p2', in_trash: false, is_archived: false },
    ];
    const { items } = await allPages(
      notion,
      { type: 'page' },
      { 'POST /v1/search': { results: pages, has_more: false } },
    );
    expect(items.map(({ visibility }) => visibility)).toEqual([false, true]);
  });
});

describe('what has changed anywhere in Notion', () => {
  const since = Date.UTC(2026, 4, 1);
  const edited = (id: string, day: number, inTrash: boolean) => ({
    ...page(id, 1),
    last_edited_time: new Date(Date.UTC(2026, 4, day)).toISOString(),
    in_trash: inTrash,
  });
  const isTrashAsked = (body: unknown) => (body as { filter: { in_trash?: boolean } }).filter.in_trash === true;

  it('is in the search, then in the trash, each as far as it has changed', async () => {
    const { items, seen } = await allPages(
      notion,
      { type: 'page', changedSince: since, archived: true },
      {
        'POST /v1/search': (body: unknown) =>
          isTrashAsked(body)
            ? { results: [edited('t1', 3, true), edited('t2', -3, true)], has_more: true, next_cursor: 'more' }
            : { results: [edited('p1', 2, false), edited('p2', -2, false)], has_more: true, next_cursor: 'more' },
      },
    );
    expect(items.map(({ id, visibility }) => [id, visibility])).toEqual([
      ['p1', true],
      ['t1', false],
    ]);
    expect(seen).toHaveLength(2);
  });

  it('is what the search has where Notion does not know the filter for the trash', async () => {
    const { items, missing } = await allPages(
      notion,
      { type: 'page', changedSince: since, archived: true },
      {
        'POST /v1/search': (body: unknown) =>
          isTrashAsked(body) ? 400 : { results: [edited('p1', 2, false)], has_more: false },
      },
    );
    expect(items.map(({ id }) => id)).toEqual(['p1']);
    expect(missing).toEqual([]);
  });

  it('is what the search has where what was archived is not wanted', async () => {
    const { seen } = await allPages(
      notion,
      { type: 'page', changedSince: since },
      {
        'POST /v1/search': { results: [edited('p1', 2, false)], has_more: false },
      },
    );
    expect(seen).toHaveLength(1);
  });
});
