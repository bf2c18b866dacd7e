import { tmpdir } from 'node:os';
import { createCauseway, unwrap, type CausewayClient } from '@causeway/client';
import { startMockProviders, startPostgres, startRedis, startService } from '@causeway/testing';
import type { MockProvidersProcess, PostgresServer, RedisServer, Service } from '@causeway/testing';
import { causeway } from './support/command.js';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, productionEnvironment } from './support/production.js';
import { someone } from './support/users.js';

/** What an operator sees of syncs: the audit log, readiness and `doctor`. */
let apart: MockProvidersProcess;
let redis: RedisServer;
let postgres: PostgresServer;
let service: Service;
let env: Record<string, string>;
let client: CausewayClient;
beforeAll(async () => {
  [apart, redis, postgres] = await Promise.all([startMockProviders(), startRedis(), startPostgres()]);
  const { url } = await postgres.database();
  env = { ...productionEnvironment(apart.mockProviders), REDIS_URL: redis.url, DATABASE_URL: url };
  service = await startService({ env });
  client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await Promise.all([apart?.stop(), redis?.stop(), postgres?.stop()]);
});

const ready = async () => {
  const { data, error, response } = await client.GET('/health/ready', {});
  return { status: response.status, parts: (data ?? error)?.parts };
};

test('who created, changed and deleted a sync is in both audit logs, and nothing where it stays as it is', async () => {
  const { id: connectionId } = await connect(client, 'hubspot', someone());
  const body = { connectionId, types: ['contact'], everySeconds: 600 };
  const { id } = await unwrap(client.POST('/syncs', { body }));
  await unwrap(client.POST('/syncs', { body }));
  const params = { path: { id } };
  await unwrap(client.PATCH('/syncs/{id}', { params, body: { paused: true } }));
  await unwrap(client.PATCH('/syncs/{id}', { params, body: { paused: true } }));
  await client.DELETE('/syncs/{id}', { params });

  const expected = [
    { type: 'sync-deleted', detail: id },
    { type: 'sync-changed', detail: `${id}: paused true` },
    { type: 'sync-created', detail: `${id} of contact` },
  ];
  const ofConnection = await unwrap(client.GET('/connections/{id}/events', { params: { path: { id: connectionId } } }));
  expect(ofConnection.events.filter(({ type }) => type.startsWith('sync-'))).toMatchObject(expected);
  const { events } = await unwrap(client.GET('/audit', { params: { query: { connectionId } } }));
  expect(events.filter(({ type }) => type.startsWith('sync-'))).toMatchObject(expected);
});

test('readiness and doctor say that PostgreSQL is away, while everything but syncs works', async () => {
  expect(await ready()).toMatchObject({ status: 200, parts: { syncs: { status: 'ok', detail: 'postgres' } } });
  await postgres.kill();
  try {
    await eventually(async () =>
      expect(await ready()).toMatchObject({
        status: 200,
        parts: {
          store: { status: 'ok' },
          syncs: { status: 'failing', detail: expect.stringMatching(/store of syncs/) },
        },
      }),
    );
    expectProblem(await client.GET('/syncs', {}), 'store-unavailable', 503);
    await connect(client, 'hubspot', someone());
    const { code, stdout } = await causeway(['doctor', '--offline'], { env, cwd: tmpdir() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fail +store of syncs: PostgreSQL cannot be used: /m);
    expect(stdout).not.toContain(new URL(env['DATABASE_URL'] ?? '').password);
  } finally {
    await postgres.start();
  }
  await eventually(async () => expect(await ready()).toMatchObject({ parts: { syncs: { status: 'ok' } } }));
  const { code, stdout } = await causeway(['doctor', '--offline'], { env, cwd: tmpdir() });
  expect(stdout).toMatch(/^ok +store of syncs: /m);
  expect(code).toBe(0);
}, 240_000);
