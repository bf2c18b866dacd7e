import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  BrowserUser,
  startRedis,
  startService,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProviders,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { authorizationUrl, connect, connection } from './support/connect.js';
import { AFRESH, keyOf } from './support/load.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, unlimited } from './support/production.js';

let apart: MockProvidersProcess;
let mockProviders: MockProviders;
let redis: RedisServer;
let apps: Apps;
let services: [Service, Service];
let clients: [CausewayClient, CausewayClient];
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  mockProviders = await unlimited(apart.mockProviders);
  apps = new Apps(mockProviders);
  await apps.become('airtable');
  await apps.become('slack');
  const env = { ...apps.environment(), REDIS_URL: redis.url };
  const first = await startService({ env });
  // One address for both, as behind a load balancer.
  services = [first, await startService({ env: { ...env, PUBLIC_URL: first.url } })];
  clients = services.map(({ url }) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY })) as typeof clients;
});
afterAll(() => Promise.all([...(services ?? []).map((service) => service.stop()), apart?.stop(), redis?.stop()]));
beforeEach(async () => {
  await mockProviders.clearFaults();
  await mockProviders.clearLog();
});

test('an attempt begun at one process ends at the other, and both know the connection', async () => {
  const user = someone();
  const person = new BrowserUser();
  const callback = await person.submitConsent(
    await person.openConsent(await authorizationUrl(clients[0], 'airtable', user)),
  );
  const elsewhere = callback.replace(services[0].url, services[1].url);
  const outcome = await person.followCallback(elsewhere);
  expect(outcome.message?.type).toBe('connected');
  const id = outcome.message?.connectionId ?? '';
  expect(await connection(clients[0], id)).toEqual(await connection(clients[1], id));
  const again = await person.followCallback(callback);
  expect([again.status, again.message]).toEqual([200, outcome.message]);
  expect((await mockProviders.log('airtable')).exchangeCalls).toBe(1);
});

test('the same callback at both at once is one connection and one exchange', async () => {
  const person = new BrowserUser();
  const callback = await person.submitConsent(
    await person.openConsent(await authorizationUrl(clients[0], 'airtable', someone())),
  );
  const elsewhere = callback.replace(services[0].url, services[1].url);
  const outcomes = await Promise.all([callback, elsewhere].map((url) => person.followCallback(url)));
  expect(outcomes.map(({ status }) => status)).toEqual([200, 200]);
  expect(outcomes[0]?.message).toEqual(outcomes[1]?.message);
  expect((await mockProviders.log('airtable')).exchangeCalls).toBe(1);
});

test('a cursor of one is good at the other', async () => {
  const user = someone();
  await connect(clients[0], 'airtable', user);
  const page = (client: CausewayClient, cursor?: string | null) =>
    client.POST('/integrations/{integration}/load', {
      params: { path: { integration: 'airtable' } },
      headers: AFRESH,
      body: { ...user, types: ['table'], limit: 4, ...(cursor ? { cursor } : {}) },
    });
  const first = await page(clients[0]);
  const second = await page(clients[1], first.data?.nextCursor);
  const keys = [...(first.data?.items ?? []), ...(second.data?.items ?? [])].map(keyOf);
  expect(keys).toHaveLength(8);
  expect(new Set(keys).size).toBe(8);
});

describe.each([
  ['airtable', { refreshGraceSeconds: 0 }],
  ['slack', { rotation: true, refreshGraceSeconds: 0 }],
] as const)('%s: a token near its end', (integration, variants) => {
  test.each([
    ['a quick token endpoint', 0],
    ['a token endpoint that takes three seconds', 3000],
  ])('50 callers at two processes spend one refresh token, with %s', async (_, ms) => {
    await apps.become(integration, { ...variants, accessTokenTtlSeconds: 20 });
    const { id } = await connect(clients[0], integration, someone());
    await apps.become(integration, variants);
    await mockProviders.clearLog();
    if (ms > 0) await mockProviders.fault({ provider: integration, kind: 'latency', on: 'token', ms, work: 'done' });

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_none, at) =>
        (at % 2 === 0 ? clients[0] : clients[1]).GET('/connections/{id}/token', { params: { path: { id } } }),
      ),
    );

    expect(answers.filter(({ response }) => !response.ok).map(({ error }) => error)).toEqual([]);
    expect(new Set(answers.map(({ data }) => data?.accessToken)).size).toBe(1);
    const log = await mockProviders.log(integration);
    expect(log.refreshCalls).toBe(1);
    expect(log.refreshTokens.map(({ presented, succeeded }) => [presented, succeeded])).toEqual([[1, 1]]);
  });
});

test('forced refreshes at both at once spend no token twice', async () => {
  await apps.become('airtable', { refreshGraceSeconds: 0 });
  const { id } = await connect(clients[0], 'airtable', someone());
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      (at % 2 === 0 ? clients[0] : clients[1]).POST('/connections/{id}/refresh', { params: { path: { id } } }),
    ),
  );
  expect(answers.map(({ data }) => data?.status)).toEqual(Array.from({ length: 20 }, () => 'active'));
  const log = await mockProviders.log('airtable');
  expect(log.maxConcurrentToken).toBe(1);
  expect(log.refreshTokens.every(({ presented }) => presented === 1)).toBe(true);
});

test('a delete at one is a delete at the other', async () => {
  const { id } = await connect(clients[0], 'slack', someone());
  await clients[1].DELETE('/connections/{id}', { params: { path: { id } } });
  const { error } = await clients[0].GET('/connections/{id}', { params: { path: { id } } });
  expect(error?.slug).toBe('unknown-connection');
});
