import { createCauseway, type CausewayClient } from '@causeway/client';
import { startMockProviders, startRedis, startService } from '@causeway/testing';
import type { MockProvidersProcess, RedisServer, Service } from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { expectProblem } from './support/problems.js';
import { raw } from './support/raw.js';
import { someone, type User } from './support/users.js';

/** The activity log, with the embedded store, and with two replicas of one Redis. */
let apart: MockProvidersProcess;
let redis: RedisServer;
let embedded: Service;
let replicas: [Service, Service];
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  await unlimited(apart.mockProviders);
  const env = productionEnvironment(apart.mockProviders);
  embedded = await startService({ env });
  const withRedis = { ...env, REDIS_URL: redis.url };
  replicas = [await startService({ env: withRedis }), await startService({ env: withRedis })];
});
afterEach(() => apart.mockProviders.clearFaults());
afterAll(() =>
  Promise.all([embedded?.stop(), ...(replicas ?? []).map((one) => one.stop()), apart?.stop(), redis?.stop()]),
);

const clientOf = ({ url }: Service, key = ADMIN_KEY) => createCauseway({ baseUrl: url, apiKey: key });
const at = (id: string) => ({ params: { path: { id } } });

type Query = Record<string, unknown>;

async function activity(client: CausewayClient, query: Query = {}) {
  const { data, error } = await client.GET('/activity', { params: { query: query as never } });
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data.entries;
}

const ask = ({ url }: Service, path: string, requestId: string, more: Parameters<typeof raw>[1] = {}) =>
  raw(`${url}${path}`, { ...more, headers: { 'x-request-id': requestId, ...more.headers } });

describe.each(['embedded', 'redis'])('with the %s store', (kind) => {
  const service = () => (kind === 'redis' ? replicas[0] : embedded);
  /** Another replica reads what the first one has written. */
  const reader = () => clientOf(kind === 'redis' ? replicas[1] : embedded);
  const entriesOf = (user: User, query: Query = {}) => activity(reader(), { orgId: user.orgId, ...query });

  test('has each proxied call, without values, and who asked for it', async () => {
    const user = someone();
    const client = clientOf(service());
    const { id } = await connect(client, 'airtable', user);
    const { data: key } = await client.POST('/keys', { body: { name: 'back end', scopes: ['proxy'] } });
    await apart.mockProviders.fault({ provider: 'airtable', on: 'data', kind: 'server-error', status: 503, times: 1 });
    const requestId = `proxied-${kind}`;
    const path = `/connections/${id}/proxy/v0/meta/whoami?secret=in-the-query`;
    await ask(service(), path, requestId, { key: key?.key ?? '' });
    await ask(service(), `/connections/${id}/proxy/v0/meta/bases/appA1b2C3d4E5f6G7/tables`, `missing-${kind}`);
    // The name of a table, with a slash in it.
    await ask(service(), `/connections/${id}/proxy/v0/appA1b2C3d4E5f6G7/Salaries%2Ftables`, `named-${kind}`);
    const [named, missing, proxied] = await eventually(async () => {
      const entries = await entriesOf(user, { kind: 'proxy' });
      expect(entries).toHaveLength(3);
      return entries;
    });
    expect(proxied).toEqual({
      id: expect.stringMatching(/^act_/) as string,
      at: expect.any(String) as string,
      kind: 'proxy',
      ok: true,
      integration: 'airtable',
      ...user,
      connectionId: id,
      actor: { kind: 'key', id: key?.id },
      requestId,
      method: 'GET',
      path: '/v0/meta/whoami',
      status: 200,
      durationMs: expect.any(Number) as number,
      retries: 1,
      waitedMs: expect.any(Number) as number,
      problem: null,
      detail: null,
      pages: null,
      items: null,
    });
    expect(proxied?.waitedMs).toBeGreaterThan(0);
    expect(missing).toMatchObject({ ok: false, path: '/v0/meta/bases/{id}/tables', actor: { kind: 'operator' } });
    expect(missing?.status).toBeGreaterThanOrEqual(400);
    expect(named?.path).toBe('/v0/{id}/{name}');
    expect(await entriesOf(user, { status: 'failed', kind: 'proxy' })).toEqual([named, missing]);
    // Without the organization, as an error box knows only the request.
    expect(await activity(reader(), { requestId })).toEqual([proxied]);
  });

  test('has one entry for a load, and one more for a call of it that failed', async () => {
    const user = someone();
    const client = clientOf(service());
    const { id } = await connect(client, 'hubspot', user);
    await apart.mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'server-error', status: 503, times: 1 });
    const streamed = await ask(service(), `/connections/${id}/items?types=contact`, `load-${kind}`, {
      headers: { accept: 'application/x-ndjson' },
    });
    const end = JSON.parse(streamed.text.trimEnd().split('\n').at(-1) ?? '') as {
      end: { pages: number; items: number };
    };
    const [load, ...others] = await eventually(async () => {
      const entries = await entriesOf(user);
      expect(entries.length).toBeGreaterThan(0);
      return entries.filter(({ kind }) => kind !== 'refresh');
    });
    expect(load).toMatchObject({
      kind: 'load',
      ok: true,
      requestId: `load-${kind}`,
      method: null,
      path: null,
      detail: 'contact',
      retries: 1,
      pages: end.end.pages,
      items: end.end.items,
    });
    expect(others).toMatchObject([{ kind: 'exchange', ok: true, method: 'POST', status: null }]);

    await apart.mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'server-error', status: 400, times: 1 });
    const body = JSON.stringify({ ...user, types: ['contact'], limit: 5 });
    const paged = { method: 'POST', type: 'application/json', body };
    expect((await ask(service(), '/integrations/hubspot/load', `failed-${kind}`, paged)).response.status).toBe(502);
    const failed = await eventually(async () => {
      const entries = await activity(reader(), { requestId: `failed-${kind}` });
      expect(entries).toHaveLength(2);
      return entries;
    });
    expect(failed).toMatchObject([
      { kind: 'load', ok: false, problem: 'provider-rejected', items: 0 },
      { kind: 'call', ok: false, problem: 'provider-rejected', status: 400, path: expect.stringContaining('/crm/') },
    ]);
  });

  test('has refreshes and what becomes of a connection, and outlives it', async () => {
    const user = someone();
    const client = clientOf(service());
    const { id } = await connect(client, 'hubspot', user);
    expect((await ask(service(), `/connections/${id}/refresh`, `ok-${kind}`, { method: 'POST' })).response.status).toBe(
      200,
    );
    await apart.mockProviders.fault({ provider: 'hubspot', on: 'token', kind: 'server-error', status: 500, times: 9 });
    expect((await ask(service(), `/connections/${id}/refresh`, `no-${kind}`, { method: 'POST' })).response.status).toBe(
      502,
    );
    await apart.mockProviders.clearFaults();
    await client.POST('/connections/{id}/check', at(id));
    await client.DELETE('/connections/{id}', at(id));
    const entries = await eventually(async () => {
      const found = await activity(reader(), { connectionId: id });
      expect(found).toHaveLength(5);
      return found;
    });
    expect(entries.map(({ kind, ok, problem }) => [kind, ok, problem])).toEqual([
      ['revoke', true, null],
      ['call', true, null],
      ['refresh', false, 'provider-unavailable'],
      ['refresh', true, null],
      ['exchange', true, null],
    ]);
    expect(entries[2]).toMatchObject({ requestId: `no-${kind}`, detail: 'SERVICE_UNAVAILABLE', method: 'POST' });
    expect((await client.GET('/connections/{id}', at(id))).response.status).toBe(404);
  });

  test('has nothing of a read of a token', async () => {
    const user = someone();
    const client = clientOf(service());
    const { id } = await connect(client, 'notion', user);
    await client.GET('/connections/{id}/token', at(id));
    await client.POST('/connections/{id}/check', at(id));
    await eventually(async () => expect((await entriesOf(user)).map(({ kind }) => kind)).toEqual(['call', 'exchange']));
  });
});

describe('rights', () => {
  test('a key sees its organizations, a session its user, and neither anything of others', async () => {
    const [ann, other] = [someone(), someone()];
    const bob = { ...ann, userId: 'bob' };
    const operator = clientOf(embedded);
    for (const user of [ann, bob, other]) {
      const { id } = await connect(operator, 'notion', user);
      await operator.POST('/connections/{id}/check', at(id));
    }
    const keyWith = async (scopes: string[], orgIds?: string[]) => {
      const { data } = await operator.POST('/keys', {
        body: { name: 'a', scopes, ...(orgIds && { orgIds }) } as never,
      });
      return clientOf(embedded, data?.key);
    };
    const owners = async (client: CausewayClient, query: Query = {}) =>
      (await activity(client, { kind: 'call', ...query })).map(({ orgId, userId }) => `${orgId} ${userId}`).sort();
    const of = (...users: User[]) => users.map(({ orgId, userId }) => `${orgId} ${userId}`).sort();

    const one = await keyWith(['connections:read'], [ann.orgId]);
    expect(await owners(one)).toEqual(of(ann, bob));
    expect(await owners(await keyWith(['connections:read'], [ann.orgId, other.orgId]))).toEqual(of(ann, bob, other));
    const { data: session } = await operator.POST('/sessions', { body: bob });
    const browser = clientOf(embedded, session?.token);
    expect(await owners(browser)).toEqual(of(bob));

    for (const [client, query] of [
      [one, { orgId: other.orgId }],
      [browser, { orgId: other.orgId }],
      [browser, { userId: 'ann' }],
    ] as const) {
      const { response, error } = await client.GET('/activity', { params: { query } });
      expectProblem({ response, error }, 'forbidden', 403);
    }
    const { response, error } = await (await keyWith(['items:read'])).GET('/activity', {});
    expectProblem({ response, error }, 'forbidden', 403);
    expect((await raw(`${embedded.url}/activity`, { key: null })).response.status).toBe(401);
  });

  test.each([
    ['connectionId=con_1', '?connectionId'],
    ['requestId=a%20b', '?requestId'],
    ['kind=anything', '?kind'],
    ['status=maybe', '?status'],
    ['from=yesterday', '?from'],
    ['orgId=a%20b', '?orgId'],
    ['limit=0', '?limit'],
    ['what=ever', '?what'],
  ])('refuses %s', async (query, pointer) => {
    const { response, error } = await raw(`${embedded.url}/activity?${query}`);
    expect([response.status, error?.slug, error?.errors?.[0]?.pointer]).toEqual([400, 'invalid-request', pointer]);
  });
});

test('a client id or secret is tried at the provider, and a rejected one is known from then on', async () => {
  const apps = new Apps(apart.mockProviders);
  await apps.become('slack');
  await apps.become('hubspot');
  const service = await startService({ env: apps.environment() });
  try {
    const client = clientOf(service);
    const test = async (integration: string) =>
      (await client.POST('/integrations/{integration}/test', { params: { path: { integration } } })).data;
    const ready = async () => Object.keys((await client.GET('/health/ready', {})).data?.parts ?? {});
    for (const id of ['slack', 'hubspot'] as const) {
      expect(await test(id)).toEqual({
        ok: true,
        checks: [
          { name: 'network', status: 'ok', detail: expect.any(String) as string },
          { name: 'client', status: 'ok', detail: 'the token endpoint accepts the client id and the secret' },
        ],
      });
      await apps.changeSecret(id);
      expect(await test(id)).toMatchObject({
        ok: false,
        checks: [
          { status: 'ok' },
          { name: 'client', status: 'fail', advice: expect.stringContaining('_CLIENT_SECRET') },
        ],
      });
      expect(await ready()).toContain(id);
      await apps.become(id);
      expect(await test(id)).toMatchObject({ ok: true });
      expect(await ready()).not.toContain(id);
    }
    const path = { path: { integration: 'notion' } };
    const { response, error } = await client.POST('/integrations/{integration}/test', { params: path });
    expectProblem({ response, error }, 'integration-not-configured', 409);
    const { data: key } = await client.POST('/keys', { body: { name: 'a', scopes: ['connections:read'] } });
    const denied = await raw(`${service.url}/integrations/slack/test`, { method: 'POST', key: key?.key ?? '' });
    expect(denied.response.status).toBe(403);
  } finally {
    await service.stop();
  }
});
