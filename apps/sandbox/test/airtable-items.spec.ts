import { bearer, type Reply, Tester } from './tester.js';

interface Named {
  id: string;
  name: string;
  permissionLevel: string;
}
interface AirtableRecord {
  id: string;
  createdTime: string;
  fields: Record<string, unknown>;
}
interface Body {
  bases: Named[];
  tables: Named[];
  records: AirtableRecord[];
  offset?: string;
}

const ACCOUNT = 'usrMaraLindqvist1';
const MODIFIED = '2026-11-02T03:04:05.678Z';

describe('edited bases, tables and records of Airtable', () => {
  let sandbox: Tester;
  let token: string;
  let base: string;
  let table: string;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.reset();
    await sandbox.control('PUT', '/limits', { provider: 'airtable', limit: 'off' });
    token = (await sandbox.tokens('airtable')).access_token;
    base = (await get<Body>('/meta/bases')).body.bases[0]?.id ?? '';
    table = (await tablesOf(base))[0]?.id ?? '';
  });

  const get = <T>(path: string): Promise<Reply<T>> =>
    sandbox.send<T>('GET', `/airtable/v0${path}`, { headers: bearer(token) });
  const tablesOf = async (id: string) => (await get<Body>(`/meta/bases/${id}/tables`)).body.tables;
  const edit = async (item: object) => {
    const body = { provider: 'airtable', account: ACCOUNT, ...item };
    const reply = await sandbox.control<{ id: string; error?: string }>('PUT', '/items', body);
    return reply.body.error ?? reply.body.id;
  };
  const editRecord = (item: object) => edit({ type: 'record', parent: `${base}/${table}`, ...item });
  const records = async (query = '') => {
    const all: AirtableRecord[] = [];
    let offset = '';
    do {
      const { body } = await get<Body>(`/${base}/${table}?pageSize=90${query}${offset}`);
      all.push(...body.records);
      offset = body.offset === undefined ? '' : `&offset=${encodeURIComponent(body.offset)}`;
    } while (offset !== '');
    return all;
  };
  const formula = (text: string) => `&filterByFormula=${encodeURIComponent(text)}`;
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

  it('creates, changes and deletes records', async () => {
    const before = await records();
    const [changed = '', deleted = ''] = ids(before);
    const created = await editRecord({ title: 'Brand new' });
    await editRecord({ id: changed, title: 'Changed', modified: MODIFIED });
    await editRecord({ id: deleted, deleted: true });
    const after = await records();
    expect(ids(after)).toEqual([...ids(before).filter((id) => id !== deleted), created]);
    expect(after[0]).toMatchObject({ createdTime: before[0]?.createdTime, fields: { Name: 'Changed' } });
    expect(after.at(-1)?.fields['Name']).toBe('Brand new');
    expect((await get(`/${base}/${table}/${created}`)).body).toEqual(after.at(-1));
    expect((await get(`/${base}/${table}/${deleted}`)).status).toBe(404);
    const since = '2026-11-02T00:00:00.000Z';
    expect(ids(await records(formula(`IS_AFTER(LAST_MODIFIED_TIME(), '${since}')`)))).toEqual([changed]);
    expect(ids(await records(formula(`IS_AFTER(CREATED_TIME(), '${since}')`)))).toEqual([created]);
    const names = (await records('&sort[0][field]=Name&fields[]=Name')).map(({ fields }) => fields['Name']);
    expect(names).toContain('Changed');
    await editRecord({ id: created, title: 'Edited' });
    expect(ids(await records(formula(`IS_AFTER(LAST_MODIFIED_TIME(), '${since}')`)))).toEqual([changed, created]);
  });

  it.each(['', formula("IS_AFTER(CREATED_TIME(), '2000-01-01')")])(
    'skips nothing when records go meanwhile %s',
    async (query) => {
      const before = ids(await records());
      const first = (await get<Body>(`/${base}/${table}?pageSize=5${query}`)).body;
      await editRecord({ id: before[0], deleted: true });
      const offset = encodeURIComponent(first.offset ?? '');
      const second = (await get<Body>(`/${base}/${table}?pageSize=5${query}&offset=${offset}`)).body;
      expect(ids(second.records)).toEqual(before.slice(5, 10));
    },
  );

  it('creates, renames and deletes tables', async () => {
    const before = await tablesOf(base);
    const created = await edit({ type: 'table', parent: base, title: 'Harbors' });
    await edit({ type: 'table', parent: base, id: before[0]?.id, title: 'Renamed' });
    await edit({ type: 'table', parent: base, id: before[1]?.id, deleted: true });
    const after = await tablesOf(base);
    expect(ids(after)).toEqual([...ids(before).filter((id) => id !== before[1]?.id), created]);
    expect([after[0]?.name, after.at(-1)?.name]).toEqual(['Renamed', 'Harbors']);
    expect((await get(`/${base}/Renamed?pageSize=1`)).status).toBe(200);
    expect((await get(`/${base}/${before[1]?.id}`)).status).toBe(403);
    expect((await get<Body>(`/${base}/${created}`)).body.records).toEqual([]);
    const record = await edit({ type: 'record', parent: `${base}/${created}`, title: 'First' });
    expect((await get<Body>(`/${base}/${created}`)).body.records).toMatchObject([
      { id: record, fields: { Name: 'First' } },
    ]);
  });

  it('creates, renames and deletes bases', async () => {
    const before = (await get<Body>('/meta/bases')).body.bases;
    const created = await edit({ type: 'base', title: 'Brand new' });
    await edit({ type: 'base', id: before[1]?.id, title: 'Renamed' });
    await edit({ type: 'base', id: base, deleted: true });
    const after = (await get<Body>('/meta/bases')).body.bases;
    expect(after).toEqual([
      { ...before[1], name: 'Renamed' },
      before[2],
      { id: created, name: 'Brand new', permissionLevel: 'create' },
    ]);
    expect((await get(`/meta/bases/${base}/tables`)).status).toBe(403);
    expect((await get(`/${base}/${table}`)).status).toBe(403);
    expect(await tablesOf(created)).toHaveLength(1);
  });

  it('edits a base, and not its copy, whose tables have the same ids', async () => {
    await sandbox.control('PUT', '/sizes', { provider: 'airtable', sizes: { baseCopies: 1 } });
    const copy = (await get<Body>('/meta/bases')).body.bases[3]?.id ?? '';
    expect((await tablesOf(copy))[0]?.id).toBe(table);
    const [first] = await records();
    await editRecord({ id: first?.id, deleted: true });
    await edit({ type: 'table', parent: base, id: table, title: 'Renamed' });
    expect((await get(`/${copy}/${table}/${first?.id}`)).status).toBe(200);
    expect((await tablesOf(copy))[0]?.name).not.toBe('Renamed');
  });

  it('refuses what Airtable does not know', async () => {
    expect(await editRecord({ id: 'recNowhere0000000' })).toContain('there is no record recNowhere0000000');
    expect(await editRecord({ archived: true })).toContain('use deleted');
    expect(await edit({ type: 'record', title: 'x' })).toContain('parent must be the base and the table');
    expect(await edit({ type: 'table', parent: 'appNowhere0000000' })).toContain('there is no base');
    expect(await editRecord({ properties: { Name: 'x' } })).toContain('only records of HubSpot');
    await sandbox.control('PUT', '/sizes', { provider: 'airtable', sizes: { primaryFieldTables: 2 } });
    const number = (await tablesOf(base)).at(-1)?.id;
    expect(await edit({ type: 'record', parent: `${base}/${number}`, title: 'x' })).toContain(
      'the primary field is a number',
    );
  });
});
