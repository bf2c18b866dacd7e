import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startMockProviders,
  startRedis,
  startService,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { connect } from './support/connect.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { someone } from './support/users.js';

let apart: MockProvidersProcess;
let redis: RedisServer;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  await unlimited(apart.mockProviders);
});
afterAll(() => Promise.all([apart?.stop(), redis?.stop()]));

describe.each([
  ['embedded', 1],
  ['redis', 2],
])('refreshes on request, with the store %s and replicas: %i', (store, replicas) => {
  const services: Service[] = [];
  let clients: CausewayClient[];
  beforeAll(async () => {
    const env = { ...productionEnvironment(apart.mockProviders), ...(store === 'redis' && { REDIS_URL: redis.url }) };
    for (let at = 0; at < replicas; at += 1) {
      const publicUrl = services[0] === undefined ? {} : { PUBLIC_URL: services[0].url };
      services.push(await startService({ env: { ...env, ...publicUrl } }));
    }
    clients = services.map(({ url }) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY }));
  });
  afterAll(() => Promise.all(services.map((service) => service.stop())));
  beforeEach(async () => {
    await apart.mockProviders.clearFaults();
    await apart.mockProviders.clearLog();
  });

  const connected = async (to: 'hubspot' | 'airtable') => (await connect(clients[0]!, to, someone())).id;
  const refresh = async (id: string, at = 0) => {
    const { error, response } = await clients[at % clients.length]!.POST('/connections/{id}/refresh', {
      params: { path: { id } },
    });
    const retryAfter = Number(response.headers.get('retry-after'));
    return { status: response.status, slug: error?.slug, retryAfter };
  };
  const tokenRequests = async (at: 'hubspot' | 'airtable') => (await apart.mockProviders.log(at)).tokenCalls;

  test('are 60 a minute and connection, at all replicas together', async () => {
    const [id, other] = [await connected('hubspot'), await connected('hubspot')];
    const before = await tokenRequests('hubspot');
    for (let at = 0; at < 60; at += 1) expect((await refresh(id, at)).status).toBe(200);
    expect((await tokenRequests('hubspot')) - before).toBe(60);
    for (let at = 0; at < 4; at += 1) {
      const refused = await refresh(id, at);
      expect(refused).toMatchObject({ status: 429, slug: 'too-many-requests' });
      expect(refused.retryAfter).toBeGreaterThan(0);
      expect(refused.retryAfter).toBeLessThanOrEqual(60);
    }
    expect((await refresh(other)).status).toBe(200);
    expect((await tokenRequests('hubspot')) - before).toBe(61);
  });

  test.each([
    ['hubspot', 40, 30, 40],
    ['airtable', 'none', 1, 40],
  ] as const)(
    'of %s are paused by a 429 with Retry-After %s, for all connections',
    async (provider, retryAfter, least, most) => {
      const [first, second] = [await connected(provider), await connected(provider)];
      await apart.mockProviders.fault({ provider, on: 'token', kind: 'rate-limit', times: 1, retryAfter });
      const before = await tokenRequests(provider);
      expect(await refresh(first)).toMatchObject({ status: 503, slug: 'provider-rate-limited' });
      const paused = await refresh(second, 1);
      expect(paused).toMatchObject({ status: 503, slug: 'provider-rate-limited' });
      expect(paused.retryAfter).toBeGreaterThanOrEqual(least);
      expect(paused.retryAfter).toBeLessThanOrEqual(most);
      expect((await tokenRequests(provider)) - before).toBe(1);
    },
  );
});
