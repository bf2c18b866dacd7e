import { bearer, type Reply, Tester } from './tester.js';
import { WebhookReceiver } from './webhook-receiver.js';

interface Item {
  object: string;
  id: string;
  created_time: string;
  last_edited_time: string;
  in_trash: boolean;
  parent: Record<string, unknown>;
  title?: { plain_text: string }[];
  properties: Record<string, { type: string; title?: { plain_text: string }[] }>;
  data_sources?: { id: string }[];
}
interface List {
  results: Item[];
  next_cursor: string | null;
}
interface Event {
  type: string;
  entity: { id: string; type: string };
  data: { parent: object };
}

const ACCOUNT = '5a1d0c7e-0000-8000-a000-000000000001';
const MODIFIED = '2026-11-02T03:04:05.678Z';
const MINUTE = '2026-11-02T03:04:00.000Z';

describe('edited pages and data sources of Notion', () => {
  let sandbox: Tester;
  let receiver: WebhookReceiver;
  let token: string;
  beforeAll(async () => {
    [sandbox, receiver] = await Promise.all([Tester.start(), WebhookReceiver.start()]);
  });
  afterAll(() => Promise.all([sandbox.close(), receiver.close()]));
  beforeEach(async () => {
    await sandbox.reset();
    receiver.clear();
    await sandbox.control('PUT', '/limits', { provider: 'notion', limit: 'off' });
    token = (await sandbox.tokens('notion')).access_token;
  });

  const call = <T>(method: string, path: string, json?: object): Promise<Reply<T>> =>
    sandbox.send<T>(method, `/notion/v1/${path}`, {
      headers: { ...bearer(token), 'notion-version': '2026-03-11' },
      ...(json ? { json } : {}),
    });
  const get = async (path: string) => (await call<Item>('GET', path)).body;
  const listed = async (path: string, body: object = {}) => {
    const all: Item[] = [];
    let cursor: string | null = null;
    do {
      const json = { ...body, ...(cursor === null ? {} : { start_cursor: cursor }) };
      const page: List = (await call<List>('POST', path, json)).body;
      all.push(...page.results);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return all;
  };
  const search = (body: object = {}) => listed('search', body);
  const query = (id: string, body: object = {}) => listed(`data_sources/${id}/query`, body);
  const pages = () => search({ filter: { property: 'object', value: 'page' } });
  const sources = () => search({ filter: { property: 'object', value: 'data_source' } });
  const inTrash = { filter: { property: 'object', value: 'page', in_trash: true } };
  const edit = async (item: object) => {
    const body = { provider: 'notion', account: ACCOUNT, ...item };
    const reply = await sandbox.control<{ id: string; error?: string }>('PUT', '/items', body);
    return reply.body.error ?? reply.body.id;
  };
  const editPage = (item: object) => edit({ type: 'page', ...item });
  const ids = (list: readonly Item[]) => list.map(({ id }) => id);
  const titleOf = ({ title, properties }: Item) =>
    (title ?? Object.values(properties).find(({ type }) => type === 'title')?.title ?? [])
      .map(({ plain_text }) => plain_text)
      .join('');

  it('creates, changes and touches pages: the newest comes first', async () => {
    const before = await search();
    const [changed = '', touched = ''] = ids(before.slice(5)).filter((_, at) => at % 7 === 0);
    const created = await editPage({ title: 'Brand new' });
    await editPage({ id: changed, title: 'Changed', modified: MODIFIED });
    await editPage({ id: touched, modified: '2026-11-03T00:00:00.000Z' });
    const after = await search();
    const first = [created, touched, changed];
    expect(ids(after)).toEqual([...first, ...ids(before).filter((id) => !first.includes(id))]);
    expect(after.slice(0, 3).map(titleOf)).toMatchObject(['Brand new', expect.any(String), 'Changed']);
    expect(after[2]).toMatchObject({ last_edited_time: MINUTE, in_trash: false });
    expect(after[0]).toMatchObject({ parent: { type: 'workspace' }, created_time: after[0]?.last_edited_time });
    const { request_id: _, ...read } = (await get(`pages/${changed}`)) as Item & { request_id: string };
    expect(read).toEqual(after[2]);
    const ascending = await search({ sort: { timestamp: 'last_edited_time', direction: 'ascending' } });
    expect(ids(ascending.slice(-3))).toEqual([changed, touched, created]);
  });

  it('leaves no page out when pages are edited while a search is read', async () => {
    const found = await pages();
    const all = ids(found);
    const row = found.find(({ parent }) => parent['type'] === 'data_source_id');
    const body = { filter: { property: 'object', value: 'page' }, page_size: 30 };
    const first = (await call<List>('POST', 'search', body)).body;
    await editPage({ id: all[40], title: 'Edited meanwhile' });
    await editPage({ id: row?.id, deleted: true });
    await editPage({ title: 'Created meanwhile' });
    const rest = await search({ ...body, start_cursor: first.next_cursor });
    const seen = new Set([...ids(first.results), ...ids(rest)]);
    // What was edited comes to the front, where the reader has been already.
    expect(all.filter((id) => !seen.has(id))).toEqual([all[40]]);
  });

  it('trashes, restores and deletes pages, with what is in them', async () => {
    const top = await editPage({ title: 'Top' });
    const below = await editPage({ title: 'Below', parent: top });
    await editPage({ id: top, archived: true });
    for (const id of [top, below]) {
      expect(await get(`pages/${id}`)).toMatchObject({ in_trash: true });
      expect(ids(await pages())).not.toContain(id);
      expect(ids(await search(inTrash))).toContain(id);
    }
    await editPage({ id: top, archived: false });
    expect(ids(await pages())).toEqual(expect.arrayContaining([top, below]));
    const restored = (await search(inTrash))[0]?.id ?? '';
    await editPage({ id: restored, archived: false });
    expect(await get(`pages/${restored}`)).toMatchObject({ in_trash: false });
    await editPage({ id: top, deleted: true });
    for (const id of [top, below]) {
      expect((await call('GET', `pages/${id}`)).status).toBe(404);
      expect([...ids(await pages()), ...ids(await search(inTrash))]).not.toContain(id);
    }
  });

  it('moves pages into data sources, out of them and below other pages', async () => {
    const [from, to] = await sources();
    const [row = ''] = ids(await query(from?.id ?? ''));
    await editPage({ id: row, parent: to?.id });
    expect(ids(await query(from?.id ?? ''))).not.toContain(row);
    expect(ids(await query(to?.id ?? ''))[0]).toBe(row);
    const [moved, neighbor] = await query(to?.id ?? '');
    expect(moved?.parent).toEqual(neighbor?.parent);
    expect(Object.keys(moved?.properties ?? {})).toEqual(Object.keys(neighbor?.properties ?? {}));
    const page = await editPage({ title: 'Somewhere' });
    await editPage({ id: row, parent: page });
    expect(await get(`pages/${row}`)).toMatchObject({ parent: { type: 'page_id', page_id: page } });
    expect(Object.keys((await get(`pages/${row}`)).properties)).toEqual(['title']);
    await editPage({ id: row, parent: 'workspace' });
    expect(await get(`pages/${row}`)).toMatchObject({ parent: { type: 'workspace', workspace: true } });
  });

  it('creates rows, and queries them by their times', async () => {
    const [source] = await sources();
    const id = source?.id ?? '';
    const before = await query(id);
    const created = await editPage({ title: 'New row', parent: id });
    await editPage({ id: before[4]?.id, title: 'Changed row', modified: MODIFIED });
    const since = (timestamp: string) => ({ filter: { timestamp, [timestamp]: { on_or_after: MINUTE } } });
    expect(ids(await query(id, since('last_edited_time')))).toEqual([created, before[4]?.id]);
    expect(ids(await query(id, since('created_time')))).toEqual([created]);
    const by = (timestamp: string) => ({ sorts: [{ timestamp, direction: 'ascending' }], page_size: 3 });
    expect(ids(await query(id, by('last_edited_time'))).slice(-2)).toEqual([before[4]?.id, created]);
    expect(ids(await query(id, by('created_time')))).toEqual([...ids(before).reverse(), created]);
    await editPage({ id: before[0]?.id, archived: true });
    expect(ids(await query(id))).not.toContain(before[0]?.id);
    expect(ids(await query(id, { in_trash: true }))).toContain(before[0]?.id);
  });

  it('creates, renames, moves, trashes and deletes data sources', async () => {
    const before = await sources();
    const [renamed, trashed, deleted] = before;
    const created = await edit({ type: 'data_source', title: 'Brand new' });
    await edit({ type: 'data_source', id: renamed?.id, title: 'Renamed', modified: MODIFIED });
    const rows = [trashed, deleted].map(async (one) => ids(await query(one?.id ?? ''))[0] ?? '');
    const [trashedRow = '', deletedRow = ''] = await Promise.all(rows);
    await edit({ type: 'data_source', id: trashed?.id, archived: true });
    await edit({ type: 'data_source', id: deleted?.id, deleted: true });
    const after = await sources();
    expect(after.slice(0, 2).map(titleOf)).toEqual(['Brand new', 'Renamed']);
    expect(ids(after)).toEqual([created, renamed?.id, ...ids(before.slice(3))]);
    expect(await get(`data_sources/${trashed?.id}`)).toMatchObject({ in_trash: true });
    expect(await get(`pages/${trashedRow}`)).toMatchObject({ in_trash: true });
    for (const path of [`data_sources/${deleted?.id}`, `pages/${deletedRow}`])
      expect((await call('GET', path)).status).toBe(404);
    expect(await query(created)).toEqual([]);
    const database = String(renamed?.parent['database_id']);
    await edit({ type: 'data_source', id: created, parent: database });
    expect(await get(`data_sources/${created}`)).toMatchObject({ parent: { database_id: database } });
    expect((await get(`databases/${database}`)).data_sources).toContainEqual(expect.objectContaining({ id: created }));
  });

  it('has an event for each edit', async () => {
    const [source] = await sources();
    const url = receiver.url;
    await sandbox.control('PUT', '/webhooks', { integration: 'notion', url, handshake: false });
    const heard: Event[] = [];
    const one = async (item: object) => {
      receiver.clear();
      const id = await edit(item);
      heard.push((await receiver.bodies<Event>(1))[0] as Event);
      return id;
    };
    const page = await one({ type: 'page', title: 'One', parent: source?.id });
    await one({ type: 'page', id: page, title: 'Two' });
    await one({ type: 'page', id: page, parent: 'workspace' });
    await one({ type: 'page', id: page, title: 'Three' });
    await one({ type: 'page', id: page, archived: true });
    await one({ type: 'page', id: page, archived: false });
    await one({ type: 'page', id: page, deleted: true });
    await one({ type: 'data_source', id: source?.id, title: 'Renamed' });
    await one({ type: 'data_source', id: source?.id, archived: true });
    const database = { id: source?.parent['database_id'], type: 'database' };
    const space = { parent: { id: ACCOUNT, type: 'space' } };
    const about = { entity: { id: page, type: 'page' } };
    expect(heard).toMatchObject([
      { type: 'page.created', ...about, data: { parent: { ...database, data_source_id: source?.id } } },
      { type: 'page.properties_updated', ...about, data: { updated_properties: ['title'] } },
      { type: 'page.moved', ...about, data: space },
      { type: 'page.content_updated', ...about, data: { ...space, updated_blocks: [] } },
      { type: 'page.deleted', ...about, data: space },
      { type: 'page.undeleted', ...about, data: space },
      { type: 'page.deleted', ...about, data: space },
      {
        type: 'data_source.content_updated',
        entity: { id: source?.id, type: 'data_source' },
        data: { parent: database },
      },
      { type: 'data_source.deleted', data: { parent: database } },
    ]);
  });

  it('refuses what Notion does not know', async () => {
    const [page = ''] = ids(await pages());
    const below = await editPage({ title: 'Below', parent: page });
    expect(await editPage({ id: page, parent: below })).toBe('a page cannot be moved into itself');
    expect(await editPage({ id: 'nowhere' })).toBe('there is no page nowhere');
    expect(await editPage({ title: 'x', parent: 'nowhere' })).toContain('there is no page or data source nowhere');
    expect(await edit({ type: 'data_source', title: 'x', parent: page })).toContain('there is no database');
    expect(await edit({ type: 'database', title: 'x' })).toBe('type must be one of page, data_source');
  });
});
