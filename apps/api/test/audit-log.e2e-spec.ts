import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startRedis,
  startService,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProviders,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect } from './support/connect.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, unlimited } from './support/production.js';
import { expectProblem } from './support/problems.js';
import { redisKeys } from './support/redis-keys.js';

let apart: MockProvidersProcess;
let mockProviders: MockProviders;
let redis: RedisServer;
let services: Service[];
let causeway: CausewayClient;
let other: CausewayClient;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  mockProviders = await unlimited(apart.mockProviders);
  const apps = new Apps(mockProviders);
  await apps.become('airtable');
  await apps.become('hubspot');
  const env = { ...apps.environment(), REDIS_URL: redis.url };
  services = await Promise.all([startService({ env }), startService({ env })]);
  [causeway, other] = services.map(({ url }) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY })) as [
    CausewayClient,
    CausewayClient,
  ];
});
afterAll(() => Promise.all([...(services ?? []).map((service) => service.stop()), apart?.stop(), redis?.stop()]));
beforeEach(() => mockProviders.clearFaults());

const at = (id: string) => ({ params: { path: { id } } });

async function events(id: string, query: { limit?: number; cursor?: string } = {}, client = causeway) {
  const { data, error } = await client.GET('/connections/{id}/events', { params: { path: { id }, query } });
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

const types = async (id: string) => (await events(id)).events.map(({ type }) => type);

test('lists who did what, newest first', async () => {
  const user = someone();
  const { id } = await connect(causeway, 'airtable', user);
  const { data: key } = await causeway.POST('/keys', {
    body: { name: 'a back end', scopes: ['credentials:read', 'items:read', 'connections:read'] },
  });
  const backEnd = createCauseway({ baseUrl: services[0]?.url ?? '', apiKey: key?.key ?? '' });
  await backEnd.GET('/connections/{id}/token', at(id));
  const load = (cursor?: string | null) =>
    backEnd.GET('/connections/{id}/items', {
      params: { path: { id }, query: { types: ['table'], limit: 2, ...(cursor ? { cursor } : {}) } },
    });
  await load((await load()).data?.nextCursor);
  await backEnd.POST('/connections/{id}/check', at(id));
  await causeway.POST('/connections/{id}/refresh', at(id));
  await connect(causeway, 'airtable', user);

  const { events: entries } = await events(id);
  const by = { kind: 'key', id: key?.id };
  expect(entries.map(({ type, actor, detail }) => ({ type, actor, detail }))).toEqual([
    { type: 'reconnected', actor: { kind: 'user', id: 'ann' } },
    { type: 'refreshed', actor: { kind: 'operator', id: null } },
    { type: 'checked', actor: by, detail: 'active' },
    { type: 'items-loaded', actor: by, detail: 'table' },
    { type: 'token-read', actor: by },
    { type: 'connected', actor: { kind: 'user', id: 'ann' } },
  ]);
  expect(new Set(entries.map((entry) => entry.id)).size).toBe(6);
  for (const entry of entries) expect(Math.abs(Date.parse(entry.at) - Date.now())).toBeLessThan(60_000);
});

test('has failed refreshes and the revocation of a grant', async () => {
  const { id } = await connect(causeway, 'airtable', someone());
  await mockProviders.fault({ provider: 'airtable', kind: 'server-error', status: 500, on: 'token', times: 100 });
  await causeway.POST('/connections/{id}/refresh', at(id));
  await mockProviders.clearFaults();
  await mockProviders.revoke({ provider: 'airtable' });
  await causeway.POST('/connections/{id}/refresh', at(id));
  await causeway.POST('/connections/{id}/check', at(id));
  expect((await types(id)).filter((type) => type !== 'checked')).toEqual(
    expect.arrayContaining(['refresh-failed', 'connected']),
  );
});

test('has one entry a minute for each caller who reads the token, across processes', async () => {
  const { id } = await connect(causeway, 'hubspot', someone());
  const reads = Array.from({ length: 40 }, (_, i) =>
    (i % 2 === 0 ? causeway : other).GET('/connections/{id}/token', at(id)),
  );
  for (const { response } of await Promise.all(reads)) expect(response.status).toBe(200);
  expect(await types(id)).toEqual(['token-read', 'connected']);
  const { data: key } = await causeway.POST('/keys', { body: { name: 'x', scopes: ['credentials:read'] } });
  await createCauseway({ baseUrl: services[1]?.url ?? '', apiKey: key?.key ?? '' }).GET(
    '/connections/{id}/token',
    at(id),
  );
  expect(await types(id)).toEqual(['token-read', 'token-read', 'connected']);
});

test('has an entry for each of many callers who come at the same moment', async () => {
  const { id } = await connect(causeway, 'hubspot', someone());
  const callers = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const { data } = await causeway.POST('/keys', { body: { name: 'a back end', scopes: ['credentials:read'] } });
      return createCauseway({ baseUrl: services[i % 2]?.url ?? '', apiKey: data?.key ?? '' });
    }),
  );
  await Promise.all(callers.map((caller) => caller.GET('/connections/{id}/token', at(id))));
  expect(await types(id)).toEqual([...Array<string>(40).fill('token-read'), 'connected']);
});

test('is paged by cursors of its connection, and keeps the newest 200 entries', async () => {
  const { id } = await connect(causeway, 'hubspot', someone());
  for (let round = 0; round < 11; round += 1) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const scopes = ['credentials:read' as const, 'connections:read' as const];
        const { data: key } = await causeway.POST('/keys', { body: { name: 'a back end', scopes } });
        const backEnd = createCauseway({ baseUrl: services[0]?.url ?? '', apiKey: key?.key ?? '' });
        await backEnd.GET('/connections/{id}/token', at(id));
        await backEnd.POST('/connections/{id}/check', at(id));
      }),
    );
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof events>> = await events(id, { limit: 79, ...(cursor ? { cursor } : {}) });
    seen.push(...page.events.map((event) => event.id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toHaveLength(200);
  expect(seen).toEqual(seen.toSorted().toReversed());
  expect(await types(id)).not.toContain('connected');

  const { nextCursor } = await events(id, { limit: 1 });
  const elsewhere = await connect(causeway, 'airtable', someone());
  const answer = await causeway.GET('/connections/{id}/events', {
    params: { path: { id: elsewhere.id }, query: { cursor: nextCursor ?? '' } },
  });
  expectProblem(answer, 'invalid-request', 400);
});

test('is deleted with the connection: no key of it stays in the store', async () => {
  const { id } = await connect(causeway, 'hubspot', someone());
  await causeway.GET('/connections/{id}/token', at(id));
  expect((await redisKeys(redis.port)).filter((key) => key.includes(id)).length).toBeGreaterThan(3);
  const late = Array.from({ length: 10 }, () => other.GET('/connections/{id}/token', at(id)));
  await causeway.DELETE('/connections/{id}', at(id));
  await Promise.all(late);
  expectProblem(await causeway.GET('/connections/{id}/events', at(id)), 'unknown-connection', 404);
  expect((await redisKeys(redis.port)).filter((key) => key.includes(id))).toEqual([]);
});
