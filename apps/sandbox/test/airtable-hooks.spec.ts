import { createHmac } from 'node:crypto';
import { bearer, Tester } from './tester.js';
import { type Received, WebhookReceiver } from './webhook-receiver.js';

interface Made {
  id: string;
  macSecretBase64: string;
  expirationTime: string;
}
interface Hook extends Omit<Made, 'macSecretBase64'> {
  areNotificationsEnabled: boolean;
  cursorForNextPayload: number;
  lastSuccessfulNotificationTime: string | null;
  lastNotificationResult: object | null;
}
interface Payloads {
  payloads: Record<string, object>[];
  cursor: number;
  mightHaveMore: boolean;
}
interface Listed {
  sent: { status: number | null; attempt: number }[];
  pending: number;
  hooks: { id: string; payloads: number; refreshes: number; listings: number }[];
}

const ACCOUNT = 'usrMaraLindqvist1';
const WEEK = 7 * 86_400;

describe('webhooks of Airtable', () => {
  let sandbox: Tester;
  let receiver: WebhookReceiver;
  let token: string;
  let base: string;
  let table: string;
  beforeAll(async () => {
    [sandbox, receiver] = await Promise.all([Tester.start(), WebhookReceiver.start()]);
  });
  afterAll(() => Promise.all([sandbox.close(), receiver.close()]));
  beforeEach(async () => {
    await sandbox.reset();
    receiver.clear();
    receiver.respond = (response) => response.writeHead(204).end();
    await sandbox.control('PUT', '/limits', { provider: 'airtable', limit: 'off' });
    token = (await sandbox.tokens('airtable')).access_token;
    base = await edit({ type: 'base', title: 'Harbor' });
    table = await edit({ type: 'table', parent: base, title: 'Boats' });
  });

  const edit = async (item: object) =>
    (await sandbox.control<{ id: string }>('PUT', '/items', { provider: 'airtable', account: ACCOUNT, ...item })).body
      .id;
  const editRecord = (item: object) => edit({ type: 'record', parent: `${base}/${table}`, ...item });
  const call = async <T>(method: string, path: string, json?: object) =>
    sandbox.send<T>(method, `/airtable/v0/bases/${base}/webhooks${path}`, {
      headers: bearer(token),
      ...(json ? { json } : {}),
    });
  const make = async (filters: object = { dataTypes: ['tableData'] }, more: object = {}) =>
    call<Made>('POST', '', { notificationUrl: receiver.url, specification: { options: { filters } }, ...more });
  const payloads = async (id: string, query = '') => (await call<Payloads>('GET', `/${id}/payloads${query}`)).body;
  const listed = async () => (await call<{ webhooks: Hook[] }>('GET', '')).body.webhooks;
  const control = async () => (await sandbox.control<Listed>('GET', '/webhooks?integration=airtable')).body;
  const settled = async () => {
    let now = await control();
    while (now.pending > 0) now = await control();
    return now;
  };
  /** The header of airtable.com/developers/web/api/webhooks-overview. */
  const isSigned = ({ headers, body }: Received, macSecretBase64: string) => {
    const key = Buffer.from(macSecretBase64, 'base64');
    return headers['x-airtable-content-mac'] === `hmac-sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  };

  it('shows the secret once, and signs its notifications with it', async () => {
    const { status, body } = await make();
    expect([status, body]).toEqual([
      200,
      {
        id: expect.stringMatching(/^ach\w{14}$/),
        macSecretBase64: expect.any(String),
        expirationTime: expect.any(String),
      },
    ]);
    expect(JSON.stringify(await listed())).not.toContain(body.macSecretBase64);
    await editRecord({ title: 'Ada II' });
    expect(await receiver.bodies(1)).toEqual([
      { base: { id: base }, webhook: { id: body.id }, timestamp: expect.any(String) },
    ]);
    const [received] = receiver.received as [Received];
    expect([isSigned(received, body.macSecretBase64), isSigned(received, 'b3RoZXI=')]).toEqual([true, false]);
    await settled();
    expect(await listed()).toMatchObject([
      {
        id: body.id,
        areNotificationsEnabled: true,
        cursorForNextPayload: 2,
        lastSuccessfulNotificationTime: expect.any(String),
        lastNotificationResult: { success: true, retryNumber: 0 },
      },
    ]);
  });

  it('keeps what happened to records, one payload for a transaction', async () => {
    const { id } = (await make()).body;
    const record = await editRecord({ title: 'Ada II' });
    await editRecord({ id: record, title: 'Ada III' });
    await editRecord({ id: record, deleted: true });
    const { payloads: all, ...rest } = await payloads(id);
    const { body } = await sandbox.send<{ tables: { id: string; primaryFieldId: string }[] }>(
      'GET',
      `/airtable/v0/meta/bases/${base}/tables`,
      { headers: bearer(token) },
    );
    const name = body.tables.find((one) => one.id === table)?.primaryFieldId ?? '';
    expect(rest).toEqual({ cursor: 4, mightHaveMore: false, payloadFormat: 'v0' });
    expect(all[0]).toMatchObject({
      timestamp: expect.any(String),
      payloadFormat: 'v0',
      actionMetadata: { source: 'client', sourceMetadata: { user: { id: ACCOUNT } } },
      changedTablesById: {
        [table]: {
          createdRecordsById: {
            [record]: { createdTime: expect.any(String), cellValuesByFieldId: { [name]: 'Ada II' } },
          },
        },
      },
    });
    expect(all[1]?.['changedTablesById']).toEqual({
      [table]: { changedRecordsById: { [record]: { current: { cellValuesByFieldId: { [name]: 'Ada III' } } } } },
    });
    expect(all[2]?.['changedTablesById']).toEqual({ [table]: { destroyedRecordIds: [record] } });
    const numbers = all.map((payload) => Number(payload['baseTransactionNumber']));
    expect(numbers).toEqual([1, 2, 3].map((step) => (numbers[0] ?? 0) + step - 1));
  });

  it('keeps what happened to tables, and what else a webhook asks for', async () => {
    const [schema, previous] = [
      (await make({ dataTypes: ['tableMetadata'] })).body.id,
      (
        await make(undefined, {
          specification: {
            options: {
              filters: { dataTypes: ['tableData'], recordChangeScope: table, changeTypes: ['update'] },
              includes: { includePreviousCellValues: true, includeCellValuesInFieldIds: 'all' },
            },
          },
        })
      ).body.id,
    ];
    const other = await edit({ type: 'table', parent: base, title: 'Berths' });
    await edit({ type: 'table', parent: base, id: table, title: 'Ships' });
    const elsewhere = await edit({ type: 'record', parent: `${base}/${other}`, title: 'A1' });
    await edit({ type: 'record', parent: `${base}/${other}`, id: elsewhere, title: 'A2' });
    await edit({ type: 'table', parent: base, id: other, deleted: true });
    const record = await editRecord({ title: 'Ada II' });
    await editRecord({ id: record, title: 'Ada III' });
    expect((await payloads(schema)).payloads).toMatchObject([
      {
        createdTablesById: {
          [other]: { metadata: { name: 'Berths' }, fieldsById: expect.any(Object), recordsById: {} },
        },
      },
      {
        changedTablesById: {
          [table]: { changedMetadata: { current: { name: 'Ships' }, previous: { name: 'Boats' } } },
        },
      },
      { destroyedTableIds: [other] },
    ]);
    const changes = (await payloads(previous)).payloads;
    expect(changes).toHaveLength(1);
    const text = JSON.stringify(changes[0]?.['changedTablesById']);
    for (const part of ['"previous":', '"unchanged":', '"Ada II"', '"Ada III"']) expect(text).toContain(part);
  });

  it('gives 50 payloads at once', async () => {
    const { id } = (await make()).body;
    for (let made = 0; made < 55; made++) await editRecord({ title: `Boat ${made}` });
    const first = await payloads(id);
    expect([first.payloads.length, first.cursor, first.mightHaveMore]).toEqual([50, 51, true]);
    const second = await payloads(id, `?cursor=${first.cursor}`);
    expect([second.payloads.length, second.cursor, second.mightHaveMore]).toEqual([5, 56, false]);
    expect(await payloads(id, '?cursor=56')).toMatchObject({ payloads: [], cursor: 56, mightHaveMore: false });
    expect((await payloads(id, '?cursor=3&limit=2')).cursor).toBe(5);
    for (const query of ['?limit=51', '?cursor=0'])
      expect((await call('GET', `/${id}/payloads${query}`)).status).toBe(422);
  });

  it('takes two webhooks of an integration in a base, and shows it only its own', async () => {
    const made = [(await make()).body.id, (await make()).body.id];
    const refused = await make();
    expect([refused.status, refused.text]).toEqual([
      422,
      expect.stringContaining('TOO_MANY_WEBHOOKS_BY_OAUTH_INTEGRATION_IN_BASE'),
    ]);
    await sandbox.control('POST', '/apps', { provider: 'airtable', clientId: 'other', clientSecret: 's' });
    const mine = token;
    token = (await sandbox.tokens('airtable', { clientId: 'other' })).access_token;
    expect(await listed()).toEqual([]);
    expect((await call('DELETE', `/${made[0]}`)).status).toBe(404);
    expect((await make()).status).toBe(200);
    token = mine;
    expect((await call('DELETE', `/${made[0]}`)).status).toBe(204);
    expect((await listed()).map(({ id }) => id)).toEqual([made[1]]);
    expect((await make()).status).toBe(200);
  });

  it('needs the scopes, the role and a specification', async () => {
    expect((await make({})).status).toBe(422);
    expect((await make({ dataTypes: ['nonsense'] })).status).toBe(422);
    for (const notificationUrl of ['nowhere', 'ftp://example.com/'])
      expect((await make(undefined, { notificationUrl })).status).toBe(422);
    expect((await call('POST', '/achNowhere0000000/refresh')).status).toBe(404);
    const { body } = await sandbox.send<{ bases: { id: string; permissionLevel: string }[] }>(
      'GET',
      '/airtable/v0/meta/bases',
      { headers: bearer(token) },
    );
    const own = base;
    base = body.bases.find(({ permissionLevel }) => permissionLevel !== 'create')?.id ?? '';
    expect((await make()).body).toMatchObject({ error: { type: 'INVALID_PERMISSIONS' } });
    base = own;
    token = (await sandbox.tokens('airtable', { scopes: ['webhook:manage', 'data.records:read'] })).access_token;
    expect((await make({ dataTypes: ['tableFields'] })).status).toBe(403);
    expect((await make()).status).toBe(200);
    token = (await sandbox.tokens('airtable', { scopes: ['data.records:read'] })).access_token;
    expect((await call('GET', '')).status).toBe(403);
  });

  it('lives seven days, longer where it is used, and shorter where control says so', async () => {
    const advance = (advanceSeconds: number) => sandbox.control('POST', '/clock', { advanceSeconds });
    // The token would be too old.
    const renew = async () => (token = (await sandbox.tokens('airtable')).access_token);
    const unused = (await make()).body;
    const refreshed = (await make()).body.id;
    expect(Date.parse(unused.expirationTime) - Date.now()).toBeGreaterThan((WEEK - 60) * 1000);
    await advance(WEEK - 60);
    await renew();
    expect((await call('POST', `/${refreshed}/refresh`)).status).toBe(200);
    await advance(120);
    expect((await listed()).map(({ id }) => id)).toEqual([refreshed]);
    expect((await call('POST', `/${unused.id}/refresh`)).status).toBe(404);
    const third = (await make()).body.id;
    await advance(WEEK - 60);
    await renew();
    await payloads(third);
    await advance(120);
    expect((await listed()).map(({ id }) => id)).toEqual([third]);
    expect((await control()).hooks).toMatchObject([{ id: third, refreshes: 0, listings: 1 }]);
    await sandbox.control('PUT', '/webhooks', { integration: 'airtable', id: third, expiresInSeconds: 0 });
    expect(await listed()).toEqual([]);
  });

  it('retries thirteen times, then notifies no more until it is told to', async () => {
    await sandbox.control('PUT', '/webhooks', { integration: 'airtable', retryDelayFactor: 0 });
    const { id } = (await make()).body;
    receiver.respond = (response) => response.writeHead(500).end();
    await editRecord({ title: 'One' });
    expect((await settled()).sent.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 14 }, (_, at) => at + 1));
    expect(await listed()).toMatchObject([
      {
        areNotificationsEnabled: false,
        lastNotificationResult: { success: false, retryNumber: 13, willBeRetried: false },
      },
    ]);
    await editRecord({ title: 'Two' });
    expect((await settled()).sent).toHaveLength(14);
    expect((await call('POST', `/${id}/enableNotifications`, { enable: true })).status).toBe(204);
    receiver.respond = (response) => response.writeHead(200).end();
    await editRecord({ title: 'Three' });
    expect((await settled()).sent.at(-1)).toMatchObject({ attempt: 1, status: 200 });
    expect((await payloads(id)).payloads).toHaveLength(3);
  });

  it('sends one notification for what happens while another is under way', async () => {
    await make();
    let respond: () => void = () => undefined;
    receiver.respond = (response) => (respond = () => response.end());
    await editRecord({ title: 'One' });
    await receiver.bodies(1);
    await editRecord({ title: 'Two' });
    await editRecord({ title: 'Three' });
    receiver.respond = (response) => response.end();
    respond();
    expect(await receiver.bodies(2)).toHaveLength(2);
    expect((await settled()).sent).toHaveLength(2);
  });

  it('notifies when a test asks for it, signed wrongly too', async () => {
    const { macSecretBase64 } = (await make()).body;
    const send = (more: object) => sandbox.control('POST', '/webhooks', { integration: 'airtable', ...more });
    await send({ faults: ['duplicate'] });
    await send({ faults: ['wrong-signature'] });
    expect(receiver.received.map((one) => isSigned(one, macSecretBase64))).toEqual([true, true, false]);
    expect((await send({ faults: ['old-timestamp'] })).status).toBe(400);
  });
});
