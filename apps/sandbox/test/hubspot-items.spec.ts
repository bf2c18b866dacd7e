import { bearer, type Reply, Tester } from './tester.js';

interface Contact {
  id: string;
  properties: Record<string, string | null>;
  createdAt: string;
  updatedAt: string;
  archived: boolean;
}

interface Page {
  total: number;
  results: Contact[];
  paging?: { next: { after: string } };
}

const CONTACTS = '/hubspot/crm/objects/2026-09/contacts';
const ACCOUNT = '147893286';

describe('edited records of HubSpot', () => {
  let sandbox: Tester;
  let token: string;
  beforeAll(async () => {
    sandbox = await Tester.start();
    await sandbox.control('PUT', '/limits', { provider: 'hubspot', limit: 'off' });
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.reset();
    await sandbox.control('PUT', '/limits', { provider: 'hubspot', limit: 'off' });
    token = (await sandbox.tokens('hubspot')).access_token;
  });

  const edit = async (item: object) => {
    const body = { provider: 'hubspot', account: ACCOUNT, type: 'contacts', ...item };
    return (await sandbox.control<{ id: string }>('PUT', '/items', body)).body.id;
  };
  const get = <T = Contact>(path: string): Promise<Reply<T>> =>
    sandbox.send<T>('GET', path, { headers: bearer(token) });
  const search = async (json: object) =>
    (await sandbox.send<Page>('POST', `${CONTACTS}/search`, { json, headers: bearer(token) })).body;
  const listed = async (query = '') => {
    const all: Contact[] = [];
    let after = '';
    do {
      const { body } = await get<Page>(`${CONTACTS}?limit=100${query}${after}`);
      all.push(...body.results);
      after = body.paging ? `&after=${body.paging.next.after}` : '';
    } while (after !== '');
    return all;
  };
  /** By windows of ids, as a reader does that must pass 10,000 results. */
  const searched = async () => {
    const all: Contact[] = [];
    for (;;) {
      const last = { propertyName: 'hs_object_id', operator: 'GT', value: all.at(-1)?.id ?? '0' };
      const { total, results } = await search({ filterGroups: [{ filters: [last] }], limit: 90 });
      expect(total).toBeGreaterThanOrEqual(results.length);
      if (results.length === 0) return all;
      all.push(...results);
    }
  };

  it('creates a record that lists, searches and reads agree on', async () => {
    const before = await listed();
    const since = Date.now();
    const id = await edit({ title: 'Grace Hopper' });
    const { body } = await get(`${CONTACTS}/${id}`);
    expect(body).toMatchObject({ id, archived: false, properties: { firstname: 'Grace Hopper', lastname: null } });
    expect(Date.parse(body.createdAt)).toBeGreaterThanOrEqual(since);
    const after = await listed();
    expect(after.map((one) => one.id)).toEqual([...before.map((one) => one.id), id]);
    expect(await searched()).toEqual(after);
  });

  it('changes the title and the time of the last change', async () => {
    const [first] = await listed();
    const modified = '2026-11-02T03:04:05.678Z';
    await edit({ id: first?.id, title: 'Renamed', modified });
    const [changed] = await listed();
    expect(changed).toMatchObject({
      id: first?.id,
      createdAt: first?.createdAt,
      updatedAt: modified,
      properties: { firstname: 'Renamed', lastmodifieddate: modified },
    });
  });

  it('archives, restores and deletes records, created ones too', async () => {
    const all = await listed();
    const archivedBefore = await listed('&archived=true');
    const [archived = '', restored = '', deleted = ''] = [all[3], archivedBefore[2], all[5]].map((one) => one?.id);
    const created = await edit({ title: 'Created and archived' });
    await edit({ id: created, archived: true });
    await edit({ id: archived, archived: true });
    await edit({ id: restored, archived: false });
    await edit({ id: deleted, deleted: true });
    const live = all.map(({ id }) => id).filter((id) => id !== archived && id !== deleted);
    expect((await listed()).map(({ id }) => id)).toEqual([...live, restored]);
    expect((await searched()).map(({ id }) => id)).toEqual([...live, restored]);
    const bin = archivedBefore.map(({ id }) => id).filter((id) => id !== restored);
    expect((await listed('&archived=true')).map(({ id }) => id)).toEqual([archived, ...bin, created]);
    const status = async (id: string, query = '') => (await get(`${CONTACTS}/${id}${query}`)).status;
    for (const id of [archived, created])
      expect([await status(id), await status(id, '?archived=true')]).toEqual([404, 200]);
    expect([await status(restored), await status(restored, '?archived=true')]).toEqual([200, 404]);
    expect([await status(deleted), await status(deleted, '?archived=true')]).toEqual([404, 404]);
    await edit({ id: archived, archived: false });
    expect(await status(archived)).toBe(200);
  });

  it('edits one record of a million without walking through the others', async () => {
    await sandbox.control('PUT', '/sizes', { provider: 'hubspot', sizes: { contacts: 1_000_000 } });
    const last = { filterGroups: [], sorts: ['-hs_object_id'], limit: 3 };
    const [, second] = (await search(last)).results;
    await edit({ id: second?.id, deleted: true });
    const created = await edit({ title: 'The newest' });
    const { total, results } = await search(last);
    expect([total, results[0]?.id]).toEqual([1_000_000, created]);
    expect(results.map(({ id }) => id)).not.toContain(second?.id);
  });

  it('takes several edits at once, and refuses what records do not know', async () => {
    const [first, second] = await listed();
    const items = [
      { type: 'contacts', id: first?.id, title: 'One' },
      { type: 'contacts', title: 'Two' },
    ];
    const { body } = await sandbox.control<{ items: { id: string }[] }>('PUT', '/items', {
      provider: 'hubspot',
      account: ACCOUNT,
      items,
    });
    expect(body.items).toEqual([
      expect.objectContaining({ id: first?.id }),
      expect.objectContaining({ type: 'contacts' }),
    ]);
    const refused = async (item: object) => {
      const control = { provider: 'hubspot', account: ACCOUNT, type: 'contacts', id: second?.id, ...item };
      return (await sandbox.control<{ error: string }>('PUT', '/items', control)).body.error;
    };
    expect(await refused({ properties: { nonsense: 'x' } })).toBe('contacts have no property nonsense');
    expect(await refused({ id: '1' })).toBe('there is no record 1 among the contacts');
    expect(await refused({ parent: 'x' })).toBe('records have no parent');
    expect(await refused({ type: 'pages' })).toContain('type must be one of contacts, companies');
    expect(await refused({ modified: 'yesterday' })).toBe('modified must be a time in ISO 8601');
    expect(await refused({ account: '1' })).toContain(ACCOUNT);
  });
});
