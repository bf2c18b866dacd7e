import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  BrowserUser,
  startRedis,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { authorizationUrl, connect, connection } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { INTEGRATIONS } from './support/integration-ids.js';
import { AFRESH, items, keyOf } from './support/load.js';
import { someone } from './support/users.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { startSandboxMode } from './support/sandbox-mode.js';

let apart: MockProvidersProcess;
let redis: RedisServer;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis({ appendOnly: true })]);
  await unlimited(apart.mockProviders);
});
afterAll(() => Promise.all([apart?.stop(), redis?.stop()]));

const clientOf = (service: Service): CausewayClient => createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });

describe.each([
  ['the embedded store', () => ({})],
  ['Redis', () => ({ REDIS_URL: redis.url })],
] as const)('with %s', (_, storeEnvironment) => {
  let service: Service;
  let causeway: CausewayClient;
  beforeAll(async () => {
    service = await startProduction(apart.mockProviders, storeEnvironment());
    causeway = clientOf(service);
  });
  afterAll(() => service?.stop());

  test.each([
    ['a restart', () => service.restart()],
    [
      'a crash',
      async () => {
        await service.kill();
        await service.restart();
      },
    ],
  ])('connections, tokens, items and cursors survive %s', async (_what, happens) => {
    const user = someone();
    const before = await Promise.all(INTEGRATIONS.map((integration) => connect(causeway, integration, user)));
    const loads = await Promise.all(
      INTEGRATIONS.map((integration) =>
        causeway.POST('/integrations/{integration}/load', {
          params: { path: { integration } },
          headers: AFRESH,
          body: { ...user, limit: 3 },
        }),
      ),
    );
    const tokens = await Promise.all(before.map(({ id }) => tokenOf(causeway, id)));

    await happens();

    for (const [at, old] of before.entries()) {
      const { lastUsedAt: _before, ...same } = old;
      const now = await connection(causeway, old.id);
      expect(now).toMatchObject(same);
      expect(await tokenOf(causeway, old.id)).toEqual(tokens[at]);
      const again = await causeway.POST('/integrations/{integration}/load', {
        params: { path: { integration: old.integration } },
        headers: AFRESH,
        body: { ...user, limit: 3 },
      });
      expect(again.data?.items).toEqual(loads[at]?.data?.items);
      const cursor = loads[at]?.data?.nextCursor ?? '';
      const next = await causeway.POST('/integrations/{integration}/load', {
        params: { path: { integration: old.integration } },
        headers: AFRESH,
        body: { ...user, limit: 3, cursor },
      });
      const seen = (loads[at]?.data?.items ?? []).map(keyOf);
      expect(next.data?.items.length).toBeGreaterThan(0);
      expect(next.data?.items.map(keyOf).filter((key) => seen.includes(key))).toEqual([]);
    }
    const { data } = await causeway.GET('/connections', { params: { query: user } });
    expect(data?.connections.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
  });

  test('an attempt that was under way is finished after a restart', async () => {
    const user = someone();
    const person = new BrowserUser();
    const consent = await person.openConsent(await authorizationUrl(causeway, 'airtable', user));
    await service.restart();
    const outcome = await person.followCallback(await person.submitConsent(consent));
    expect(outcome.message?.type).toBe('connected');
  });
});

describe('while Redis is away', () => {
  let mine: RedisServer;
  let service: Service;
  beforeAll(async () => {
    mine = await startRedis({ appendOnly: true });
    service = await startProduction(apart.mockProviders, { REDIS_URL: mine.url });
  });
  afterAll(() => Promise.all([service?.stop(), mine?.stop()]));

  test('calls get 503, the service says that it is not ready, lives on, and heals', async () => {
    const causeway = clientOf(service);
    const user = someone();
    const { id } = await connect(causeway, 'hubspot', user);
    expect((await causeway.GET('/health/ready')).response.status).toBe(200);

    await mine.kill();

    const path = { integration: 'hubspot' };
    const calls = [
      () => causeway.GET('/connections', { params: { query: user } }),
      () => causeway.GET('/connections/{id}', { params: { path: { id } } }),
      () => causeway.GET('/connections/{id}/token', { params: { path: { id } } }),
      () => causeway.POST('/connections/{id}/check', { params: { path: { id } } }),
      () => causeway.POST('/connections/{id}/refresh', { params: { path: { id } } }),
      () => causeway.DELETE('/connections/{id}', { params: { path: { id } } }),
      () => causeway.POST('/integrations/{integration}/credentials', { params: { path }, body: user }),
      () =>
        causeway.POST('/integrations/{integration}/load', {
          params: { path },
          headers: AFRESH,
          body: { ...user, limit: 100 },
        }),
      () => causeway.POST('/integrations/{integration}/authorize', { params: { path }, body: user }),
    ];
    for (const call of calls) {
      const began = performance.now();
      expectProblem(await call(), 'store-unavailable', 503);
      expect(performance.now() - began).toBeLessThan(5000);
    }
    // For a second, the last look at the store holds.
    const ready = await eventually(async () => {
      const seen = await causeway.GET('/health/ready');
      expect(seen.response.status).toBe(503);
      return seen;
    });
    const parts = (ready.error ?? {}) as { status?: string; parts?: Record<string, { status: string }> };
    expect(parts.status).toBe('failing');
    expect(Object.values(parts.parts ?? {}).some(({ status }) => status === 'failing')).toBe(true);
    expect((await causeway.GET('/health/live')).response.status).toBe(200);
    expect((await causeway.GET('/')).data).toEqual({ Ping: 'Pong' });

    await mine.restart();

    await eventually(async () => expect((await causeway.GET('/health/ready')).response.status).toBe(200));
    expect((await connection(causeway, id)).id).toBe(id);
    expect((await items(causeway, 'hubspot', user, { types: ['deal'] })).length).toBe(40);
    expect(JSON.stringify(ready.error)).not.toContain(String(mine.port));
  });
});

async function tokenOf(causeway: CausewayClient, id: string): Promise<unknown> {
  const { data, error } = await causeway.GET('/connections/{id}/token', { params: { path: { id } } });
  expect(error).toBeUndefined();
  return data;
}

test('in sandbox mode what was connected goes on working after a restart', async () => {
  const { service } = await startSandboxMode();
  const causeway = createCauseway({ baseUrl: service.url });
  const user = someone();
  await Promise.all(INTEGRATIONS.map((integration) => connect(causeway, integration, user)));
  await service.restart();
  for (const integration of INTEGRATIONS) {
    const { data } = await causeway.POST('/integrations/{integration}/load', {
      params: { path: { integration } },
      headers: AFRESH,
      body: { ...user, limit: 3 },
    });
    expect(data?.items).toHaveLength(3);
  }
  await service.stop();
});
