import { randomBytes } from 'node:crypto';
import { createCauseway, unwrap, type CausewayClient, type IntegrationDetails } from '@causeway/client';
import { UserAccounts } from '@causeway/client/browser';
import { startService, type Service } from '@causeway/testing';

const ADMIN_KEY = 'an-admin-key-for-tests-of-at-least-32-characters';
const ANN = { orgId: 'acme', userId: 'ann' };

let service: Service;
let operator: CausewayClient;
beforeAll(async () => {
  const env = {
    CAUSEWAY_MODE: 'production',
    ADMIN_KEY,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    ...{
      HUBSPOT_CLIENT_ID: 'id',
      HUBSPOT_CLIENT_SECRET: 'secret',
      SLACK_CLIENT_ID: 'id',
      SLACK_CLIENT_SECRET: 'secret',
    },
  };
  service = await startService({ env });
  operator = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(() => service?.stop());

const session = async (integrations?: string[]) => {
  const body = { ...ANN, ...(integrations && { integrations }) };
  const { token } = await unwrap(operator.POST('/sessions', { body }));
  return createCauseway({ baseUrl: service.url, sessionToken: token });
};

async function offered(accounts: UserAccounts): Promise<string[] | undefined> {
  await accounts.reload();
  return accounts.getState().integrations?.map(({ id }) => id);
}

test('an end customer is offered what is set up, and the session says who that is', async () => {
  expect(await offered(new UserAccounts(await session()))).toEqual(['hubspot', 'slack']);
});

test('a session that is limited to integrations offers those; a page may offer fewer', async () => {
  expect(await offered(new UserAccounts(await session(['slack', 'notion'])))).toEqual(['slack']);
  const accounts = new UserAccounts(await session(), { integrations: ['hubspot', 'airtable'] });
  expect(await offered(accounts)).toEqual(['hubspot']);
});

test('a session that has ended is told, and a load with a new one works', async () => {
  const { id, token } = await unwrap(operator.POST('/sessions', { body: ANN }));
  let sessionToken = token;
  const client = createCauseway({ baseUrl: service.url, sessionToken: () => sessionToken });
  const accounts = new UserAccounts(client, { user: ANN });
  await unwrap(operator.DELETE('/sessions/{id}', { params: { path: { id } } }));
  expect(await offered(accounts)).toBeUndefined();
  expect(accounts.getState().problem?.slug).toBe('unauthenticated');
  sessionToken = (await unwrap(operator.POST('/sessions', { body: ANN }))).token;
  expect(await offered(accounts)).toEqual(['hubspot', 'slack']);
  expect(accounts.getState().problem).toBeNull();
});

test('calls while the lists are loaded share one load that starts afterwards', async () => {
  let requests = 0;
  const { userId, orgId } = ANN;
  const client = await session();
  client.use({ onRequest: ({ schemaPath }) => void (requests += schemaPath === '/connections' ? 1 : 0) });
  const accounts = new UserAccounts(client, { user: { userId, orgId } });
  const first = accounts.reload();
  await Promise.resolve();
  await Promise.all([first, accounts.reload(), accounts.reload(), accounts.reload()]);
  expect(requests).toBe(2);
});

test('without a user the integrations are there, and connections as soon as one is selected', async () => {
  const accounts = new UserAccounts<IntegrationDetails>(operator, { user: null, details: true, unconfigured: true });
  await accounts.reload();
  const { integrations, connections, problem } = accounts.getState();
  expect([connections, problem]).toEqual([undefined, null]);
  expect(integrations?.map(({ id }) => id).sort()).toEqual(['airtable', 'hubspot', 'notion', 'slack']);
  expect(integrations?.every(({ itemTypeDetails }) => itemTypeDetails.length > 0)).toBe(true);
  accounts.setUser(ANN);
  await accounts.reload();
  expect(accounts.getState().connections).toEqual([]);
  accounts.setUser({ ...ANN, userId: 'bob' });
  expect(accounts.isOf(ANN)).toBe(false);
  expect(accounts.getState().connections).toBeUndefined();
});

test('the integrations do not wait for the connections', async () => {
  const client = await session();
  let respond = () => {};
  const answered = new Promise<void>((resolve) => (respond = resolve));
  client.use({
    onResponse: ({ schemaPath }) => (schemaPath === '/connections' ? answered.then(() => undefined) : undefined),
  });
  const accounts = new UserAccounts(client, { user: ANN, unconfigured: true });
  const shown = new Promise<void>((resolve) => {
    accounts.subscribe(() => accounts.getState().integrations !== undefined && resolve());
  });
  const loaded = accounts.reload();
  await shown;
  expect(accounts.getState().connections).toBeUndefined();
  respond();
  await loaded;
  expect(accounts.getState().connections).toEqual([]);
});
