import { bearer, type Reply, Tester } from './tester.js';

interface Ticket {
  id: string;
  properties: Record<string, string | null>;
  archived: boolean;
  associations?: Record<string, { results: { id: string }[] }>;
}

const TICKETS = '/hubspot/crm/objects/2026-09/tickets';

describe('writing HubSpot records', () => {
  let sandbox: Tester;
  let token: string;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.reset();
    token = (await sandbox.tokens('hubspot')).access_token;
  });

  const send = <T>(method: string, path: string, json?: object): Promise<Reply<T>> =>
    sandbox.send<T>(method, path, { ...(json ? { json } : {}), headers: bearer(token) });
  const list = async (query = '') => (await send<{ results: Ticket[] }>('GET', `${TICKETS}${query}`)).body.results;
  const search = async (json: object) =>
    (await send<{ total: number; results: Ticket[] }>('POST', `${TICKETS}/search`, json)).body;
  const first = async () => (await list('?limit=1'))[0]?.id ?? '';
  const subject = { propertyName: 'subject', operator: 'EQ', value: 'Changed' };

  it('updates a record for every later request, and only that one', async () => {
    const id = await first();
    const before = await list('?limit=3');
    const { status, body } = await send<Ticket>('PATCH', `${TICKETS}/${id}`, { properties: { subject: 'Changed' } });
    expect([status, body.properties['subject']]).toEqual([200, 'Changed']);
    const after = await list('?limit=3');
    expect(after[0]?.properties).toMatchObject({
      ...before[0]?.properties,
      subject: 'Changed',
      hs_lastmodifieddate: expect.any(String),
    });
    expect(after.slice(1)).toEqual(before.slice(1));
    expect(await search({ filterGroups: [{ filters: [subject] }] })).toMatchObject({ total: 1, results: [{ id }] });
    await send('PATCH', `${TICKETS}/${id}`, { properties: { subject: '' } });
    expect((await list('?limit=1'))[0]?.properties['subject']).toBeNull();
  });

  it('archives a record: it leaves the lists and the search', async () => {
    const id = await first();
    const { total } = await search({});
    expect((await send('DELETE', `${TICKETS}/${id}`)).status).toBe(204);
    expect((await send('DELETE', `${TICKETS}/${id}`)).status).toBe(204);
    expect(await first()).not.toBe(id);
    expect((await send('GET', `${TICKETS}/${id}`)).status).toBe(404);
    expect((await send('PATCH', `${TICKETS}/${id}`, { properties: {} })).status).toBe(404);
    expect((await send<Ticket>('GET', `${TICKETS}/${id}?archived=true`)).body.archived).toBe(true);
    expect((await search({})).total).toBe(total - 1);
  });

  it('associates records', async () => {
    const id = await first();
    const contacts = await send<{ results: Ticket[] }>('GET', '/hubspot/crm/objects/2026-09/contacts?limit=3');
    const contact = contacts.body.results[2]?.id ?? '';
    const { status, body } = await send<{ results: object[] }>(
      'PUT',
      `${TICKETS}/${id}/associations/default/contacts/${contact}`,
    );
    expect([status, body.results]).toEqual([200, [expect.objectContaining({ from: { id }, to: { id: contact } })]]);
    const [ticket] = await list('?limit=1&associations=contacts');
    expect(ticket?.associations?.['contacts']?.results.map((one) => one.id)).toContain(contact);
  });

  it('refuses what HubSpot refuses', async () => {
    const id = await first();
    expect((await send('PATCH', `${TICKETS}/${id}`, {})).status).toBe(400);
    expect((await send('PATCH', `${TICKETS}/${id}`, { properties: { nonsense: '1' } })).status).toBe(400);
    expect((await send('PATCH', `${TICKETS}/1`, { properties: { subject: 'x' } })).status).toBe(404);
    expect((await send('PUT', `${TICKETS}/${id}/associations/default/contacts/1`)).status).toBe(404);
    const { access_token } = await sandbox.tokens('hubspot', { scopes: ['oauth', 'crm.objects.contacts.read'] });
    token = access_token;
    const refused = await send('DELETE', '/hubspot/crm/objects/2026-09/contacts/713000000000');
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('crm.objects.contacts.write')]);
  });

  it('responds to HEAD like to GET, without a body', async () => {
    const { status, text } = await send('HEAD', TICKETS);
    expect([status, text]).toEqual([200, '']);
  });

  it('changes items as a test says, in lists, searches and by their ids alike', async () => {
    const { accounts } = (await sandbox.control<{ accounts: { provider: string; id: string }[] }>('GET', '/accounts'))
      .body;
    const account = accounts.find(({ provider }) => provider === 'hubspot')?.id;
    const [edited = '', archived = '', deleted = '', created = ''] = (await list('?limit=4')).map(({ id }) => id);
    const since = Date.now();
    const change = (id: string, more: object) =>
      sandbox.control('PUT', '/items', { provider: 'hubspot', account, type: 'tickets', id, ...more });
    await change(edited, { properties: { subject: 'Changed' } });
    await change(archived, { archived: true });
    await change(deleted, { deleted: true });
    await change(created, { created: true });
    const listed = (await list('?limit=100')).map(({ id }) => id);
    const status = async (id: string, query = '') => (await send('GET', `${TICKETS}/${id}${query}`)).status;
    expect([listed.includes(edited), listed.includes(archived), listed.includes(deleted)]).toEqual([
      true,
      false,
      false,
    ]);
    expect((await list('?limit=100&archived=true')).map(({ id }) => id)).not.toContain(deleted);
    expect([await status(edited), await status(archived), await status(deleted)]).toEqual([200, 404, 404]);
    expect([await status(archived, '?archived=true'), await status(deleted, '?archived=true')]).toEqual([200, 404]);
    const changed = (propertyName: string) => ({ propertyName, operator: 'GTE', value: String(since) });
    const found = async (name: string) =>
      (await search({ filterGroups: [{ filters: [changed(name)] }] })).results.map(({ id }) => id);
    expect(await found('hs_lastmodifieddate')).toEqual([edited, created]);
    expect(await found('createdate')).toEqual([created]);
  });
});
