import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  redisCli,
  startRedis,
  startService,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProviders,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect, connection } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, unlimited } from './support/production.js';
import { redisKeys } from './support/redis-keys.js';

let apart: MockProvidersProcess;
let mockProviders: MockProviders;
let redis: RedisServer;
let apps: Apps;
let services: Service[];
let clients: [CausewayClient, CausewayClient];
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  mockProviders = await unlimited(apart.mockProviders);
  apps = new Apps(mockProviders);
  await apps.become('airtable', { refreshGraceSeconds: 0 });
  const env = { ...apps.environment(), REDIS_URL: redis.url };
  const first = await startService({ env });
  services = [first, await startService({ env: { ...env, PUBLIC_URL: first.url } })];
  clients = services.map(({ url }) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY })) as typeof clients;
});
afterAll(() => Promise.all([...(services ?? []).map((service) => service.stop()), apart?.stop(), redis?.stop()]));
beforeEach(async () => {
  await mockProviders.clearFaults();
  await mockProviders.clearLog();
});

const at = (id: string) => ({ params: { path: { id } } });
const tokenOf = async (id: string) => (await clients[0].GET('/connections/{id}/token', at(id))).data?.accessToken;
const tokenCalls = async () => (await mockProviders.log('airtable')).tokenCalls;

/** A refresh whose response is delayed after the provider has rotated the token. */
async function slowRefresh(id: string) {
  await mockProviders.fault({ provider: 'airtable', kind: 'latency', on: 'token', ms: 4_000, work: 'done', times: 1 });
  const before = await tokenCalls();
  const answer = clients[1].POST('/connections/{id}/refresh', at(id));
  await eventually(async () => expect(await tokenCalls()).toBeGreaterThan(before));
  return answer;
}

describe('a refresh that completes after the user has connected again', () => {
  test('does not overwrite the new grant', async () => {
    const user = someone();
    const { id } = await connect(clients[0], 'airtable', user);
    let ended = false;
    const refreshing = slowRefresh(id).finally(() => (ended = true));
    await eventually(async () => expect(await tokenCalls()).toBeGreaterThan(1));
    expect((await connect(clients[0], 'airtable', user)).id).toBe(id);
    const renewed = await tokenOf(id);
    expect(ended).toBe(false);
    const { response } = await refreshing;
    expect(response.status).toBe(200);
    expect(await tokenOf(id)).toBe(renewed);
    expect((await connection(clients[0], id)).lastRefreshedAt).toBeNull();
  });

  test('does not mark the new grant because the old one was revoked', async () => {
    const user = someone();
    const { id } = await connect(clients[0], 'airtable', user);
    await mockProviders.revoke({ provider: 'airtable' });
    let ended = false;
    const refreshing = slowRefresh(id).finally(() => (ended = true));
    await eventually(async () => expect(await tokenCalls()).toBeGreaterThan(1));
    await connect(clients[0], 'airtable', user);
    expect(ended).toBe(false);
    await refreshing;
    expect(await connection(clients[0], id)).toMatchObject({ id, status: 'active', problem: null });
    expect((await clients[1].POST('/connections/{id}/refresh', at(id))).data?.status).toBe('active');
  });
});

test('a token request times out before the lease of a dead process could expire', async () => {
  const { id } = await connect(clients[0], 'airtable', someone());
  await mockProviders.fault({ provider: 'airtable', kind: 'never-answers', on: 'token' });
  const before = await tokenCalls();
  const refreshing = clients[0].POST('/connections/{id}/refresh', at(id));
  await eventually(async () => expect(await tokenCalls()).toBeGreaterThan(before));
  const lease = (await redisKeys(redis.port)).find((key) => key.includes('lease:refresh:')) ?? '';
  const left = Number(await redisCli(redis.port, 'PTTL', lease));
  const began = performance.now();
  expect(left).toBeGreaterThan(1_000);
  const { response } = await refreshing;
  expect([502, 504]).toContain(response.status);
  expect(performance.now() - began).toBeLessThan(left);
}, 60_000);
