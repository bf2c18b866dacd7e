import { gunzipSync } from 'node:zlib';
import { bearer, Tester } from './tester.js';

const ACCOUNT = '147893286';
const JOURNAL = '/hubspot/webhooks-journal/journal/2026-03';
const SUBSCRIPTIONS = '/hubspot/webhooks-journal/subscriptions/2026-03';
const SCOPES = ['read', 'subscriptions.read', 'subscriptions.write'].map((one) => `developer.webhooks_journal.${one}`);
const CLIENT = { client_id: 'sandbox-hubspot', client_secret: 'sandbox-hubspot-secret' };

interface Entry {
  url: string;
  expiresAt: string;
  currentOffset: string;
}

describe("HubSpot's webhooks journal", () => {
  let sandbox: Tester;
  let headers: { authorization: string };
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.reset();
    await sandbox.tokens('hubspot');
    headers = bearer((await token(SCOPES)).body.access_token);
  });

  const token = (scopes: string[], more = {}) =>
    sandbox.send<{ access_token: string }>('POST', '/hubspot/oauth/2026-09/token', {
      form: { grant_type: 'client_credentials', ...CLIENT, scope: scopes.join(' '), ...more },
    });
  const get = (path: string) => sandbox.send<Entry>('GET', `${JOURNAL}/${path}`, { headers });
  const subscribe = (json: object) => sandbox.send<{ id: number }>('POST', SUBSCRIPTIONS, { headers, json });
  const contacts = { subscriptionType: 'OBJECT', portalId: Number(ACCOUNT), objectTypeId: '0-1' };
  const all = { ...contacts, actions: ['CREATE', 'UPDATE', 'DELETE'] };
  const edit = async (item: object) => {
    const body = { provider: 'hubspot', account: ACCOUNT, type: 'contacts', ...item };
    return (await sandbox.control<{ id: string }>('PUT', '/items', body)).body.id;
  };
  const file = async ({ url }: Entry) => (await fetch(url)).json() as Promise<{ journalEvents: object[] }>;

  it('gives a token of the app for its own scopes, without a refresh token', async () => {
    const { body } = await token(SCOPES);
    expect(body).toEqual({
      token_type: 'bearer',
      token_use: 'client_credentials',
      access_token: expect.any(String),
      expires_in: 1800,
    });
    expect((await token(['crm.objects.contacts.read'])).body).toMatchObject({ status: 'BAD_SCOPE' });
    expect((await token(SCOPES, { client_secret: 'wrong' })).body).toMatchObject({ status: 'BAD_CLIENT_SECRET' });
  });

  it('takes no token of an account, and no token without the scope', async () => {
    const ofAccount = bearer((await sandbox.tokens('hubspot')).access_token);
    expect((await sandbox.send('GET', `${JOURNAL}/latest`, { headers: ofAccount })).status).toBe(401);
    const other = bearer((await token([SCOPES[0] ?? ''])).body.access_token);
    expect((await sandbox.send('GET', SUBSCRIPTIONS, { headers: other })).body).toMatchObject({
      category: 'MISSING_SCOPES',
    });
    await sandbox.control('POST', '/clock', { advanceSeconds: 1801 });
    expect((await get('latest')).status).toBe(401);
  });

  it('has an entry for each change that a subscription is for, in a file at a signed address', async () => {
    expect((await get('latest')).status).toBe(204);
    expect((await subscribe(all)).status).toBe(201);
    const created = await edit({ properties: { lastname: 'New' } });
    const { body: first } = await get('earliest');
    expect(await file(first)).toMatchObject({
      offset: first.currentOffset,
      publishedAt: expect.any(String),
      journalEvents: [
        { type: 'crmObject', action: 'CREATE', objectTypeId: '0-1', objectId: Number(created), portalId: 147893286 },
        { type: 'crmObject', action: 'UPDATE', propertyChanges: { lastname: 'New' } },
      ],
    });
    await edit({ type: 'companies', properties: { name: 'Nobody wants to know' } });
    expect((await get(`offset/${first.currentOffset}/next`)).status).toBe(204);
    await edit({ id: created, archived: true });
    const { body: second } = await get(`offset/${first.currentOffset}/next`);
    expect((await file(second)).journalEvents).toMatchObject([{ action: 'DELETE' }]);
    expect((await get('latest')).body.currentOffset).toBe(second.currentOffset);
    // What storage says to an authorization beside that in the address.
    expect((await fetch(second.url, { headers })).status).toBe(400);
    expect((await fetch(second.url.replace(/.$/, ''))).status).toBe(403);
    await sandbox.control('POST', '/clock', { advanceSeconds: 301 });
    expect((await fetch(second.url)).status).toBe(403);
  });

  it('says that the app was uninstalled, and that data of a person were erased', async () => {
    await subscribe({ subscriptionType: 'APP_LIFECYCLE_EVENT', eventTypeId: '4-1916193' });
    await subscribe({ ...contacts, subscriptionType: 'GDPR_PRIVACY_DELETION', actions: ['GDPR_DELETE'] });
    const id = await edit({ properties: { lastname: 'Erased' } });
    await edit({ id, deleted: true });
    expect((await file((await get('latest')).body)).journalEvents).toMatchObject([
      { type: 'gdpr_privacy_deletion', action: 'GDPR_DELETE', objectId: Number(id) },
    ]);
    await sandbox.control('POST', '/tokens/revoke', { provider: 'hubspot', account: ACCOUNT });
    expect((await file((await get('latest')).body)).journalEvents).toMatchObject([
      { type: 'app_lifecycle_event', action: 'APP_UNINSTALL', portalId: 147893286 },
    ]);
  });

  it('keeps entries for three days; an offset that it does not know is none', async () => {
    await subscribe(all);
    await edit({ properties: { lastname: 'Old' } });
    const { body: old } = await get('latest');
    await sandbox.control('POST', '/clock', { advanceSeconds: 3 * 86_400 });
    headers = bearer((await token(SCOPES)).body.access_token);
    expect((await get('latest')).status).toBe(204);
    expect((await get(`offset/${old.currentOffset}/next`)).status).toBe(404);
  });

  it('lists the subscriptions of the app; the same one again replaces it', async () => {
    const { body } = await subscribe(all);
    expect((await subscribe({ ...all, actions: ['MERGE'] })).body).toMatchObject({ id: body.id });
    expect((await sandbox.send('GET', SUBSCRIPTIONS, { headers })).body).toMatchObject({
      results: [{ id: body.id, actions: ['MERGE'], objectTypeId: '0-1', portalId: 147893286 }],
    });
    expect((await subscribe({ ...contacts })).status).toBe(400);
    expect((await sandbox.send('DELETE', `${SUBSCRIPTIONS}/${body.id}`, { headers })).status).toBe(204);
    expect((await sandbox.send('GET', SUBSCRIPTIONS, { headers })).body).toEqual({ results: [] });
  });

  it('is as a test wants it where nothing is documented', async () => {
    const events = [{ type: 'crmObject', action: 'MERGE', objectId: 1 }];
    await sandbox.control('POST', '/journal', { events });
    await sandbox.control('PUT', '/journal', { atEnd: 404, gzip: 'unnamed' });
    const { body: entry } = await get('latest');
    expect((await get(`offset/${entry.currentOffset}/next`)).status).toBe(404);
    const bytes = Buffer.from(await (await fetch(entry.url)).arrayBuffer());
    expect(JSON.parse(gunzipSync(bytes).toString())).toMatchObject({ journalEvents: events });
    await sandbox.control('PUT', '/journal', { fileUrl: 'https://elsewhere.example/file' });
    expect((await get('latest')).body.url).toBe('https://elsewhere.example/file');
    expect((await sandbox.control('GET', '/journal')).body).toMatchObject({
      entries: [{ offset: entry.currentOffset, listings: 2, downloads: 1 }],
    });
    expect((await sandbox.control('PUT', '/journal', { atEnd: 500 })).status).toBe(400);
    await sandbox.control('DELETE', `/journal/${entry.currentOffset}`);
    expect((await get(`offset/${entry.currentOffset}/next`)).status).toBe(404);
    expect((await sandbox.control('GET', '/journal')).body).toMatchObject({ entries: [] });
  });
});
