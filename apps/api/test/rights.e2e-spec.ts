import { createCauseway, type CausewayClient } from '@causeway/client';
import { startRedis, startService, type RedisServer, type Service } from '@causeway/testing';
import { startMockProviders, type MockProvidersProcess } from '@causeway/testing';
import { ADMIN_KEY, productionEnvironment } from './support/production.js';
import { expectProblem } from './support/problems.js';
import { raw } from './support/raw.js';
import { someone, type User } from './support/users.js';

/** Rights that never grow: keys, sessions and cookies may do no more than what they come from, and end with it. */
let apart: MockProvidersProcess;
let redis: RedisServer;
let services: [Service, Service];
let operator: CausewayClient;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  const env = { ...productionEnvironment(apart.mockProviders), REDIS_URL: redis.url };
  services = [await startService({ env }), await startService({ env })];
  operator = clientOf(ADMIN_KEY);
});
afterAll(() => Promise.all([...(services ?? []).map((service) => service.stop()), apart?.stop(), redis?.stop()]));

const clientOf = (key: string, replica: 0 | 1 = 0) => createCauseway({ baseUrl: services[replica].url, apiKey: key });

type Scope = 'admin' | 'connections:read' | 'connections:write' | 'items:read' | 'sessions:write' | 'credentials:read';

async function keyWith(scopes: Scope[], more: { orgIds?: string[]; expiresAt?: string } = {}) {
  const { data } = await operator.POST('/keys', { body: { name: 'a test', scopes, ...more } });
  if (data === undefined) throw new Error('no key');
  return { ...data, client: clientOf(data.key) };
}

async function cookieFor(key: string): Promise<string> {
  const { response } = await raw(`${services[0].url}/web-session`, {
    method: 'POST',
    key: null,
    type: 'application/json',
    body: JSON.stringify({ key }),
    headers: { 'sec-fetch-site': 'same-origin' },
  });
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

const withCookie = (cookie: string, path: string, body: object) =>
  raw(`${services[0].url}${path}`, {
    method: 'POST',
    key: null,
    type: 'application/json',
    body: JSON.stringify(body),
    headers: { cookie, 'sec-fetch-site': 'same-origin' },
  });

describe('a key', () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

  test('of one organization makes keys of that organization only, and none that outlives it', async () => {
    const maker = await keyWith(['admin'], { orgIds: ['acme', 'other'], expiresAt: day(2) });
    const make = (body: object) =>
      maker.client.POST('/keys', { body: { name: 'made', scopes: ['items:read'], ...body } as never });
    for (const body of [
      {},
      { expiresAt: day(1) },
      { orgIds: ['acme'] },
      { orgIds: ['acme'], expiresAt: day(3) },
      { orgIds: ['acme', 'strange'], expiresAt: day(1) },
    ]) {
      const { response, error } = await make(body);
      expectProblem({ response, error }, 'forbidden', 403);
    }
    const { data } = await make({ orgIds: ['acme'], expiresAt: day(1) });
    expect(data).toMatchObject({ orgIds: ['acme'], scopes: ['items:read'] });
  });

  test('of one organization sees and revokes the keys of that organization only', async () => {
    const [limited, same, both, all] = await Promise.all([
      keyWith(['admin'], { orgIds: ['north'] }),
      keyWith(['items:read'], { orgIds: ['north'] }),
      keyWith(['items:read'], { orgIds: ['north', 'south'] }),
      keyWith(['items:read']),
    ]);
    const { data } = await limited.client.GET('/keys');
    expect(new Set(data?.keys.map(({ id }) => id))).toEqual(new Set([limited.id, same.id]));
    for (const { id } of [both, all]) {
      const { response, error } = await limited.client.DELETE('/keys/{id}', { params: { path: { id } } });
      expectProblem({ response, error }, 'not-found', 404);
      expect((await operator.GET('/keys')).data?.keys.map((key) => key.id)).toContain(id);
    }
    const { response } = await limited.client.DELETE('/keys/{id}', { params: { path: { id: same.id } } });
    expect(response.status).toBe(204);
  });
});

describe('a cookie', () => {
  test.each(['credentials:read', 'proxy', 'admin'])('makes no key with %s, but the key itself does', async (scope) => {
    const { key } = await keyWith(['admin']);
    const cookie = await cookieFor(key);
    const made = await withCookie(cookie, '/keys', { name: 'made', scopes: ['items:read', scope] });
    expect([made.response.status, made.error?.slug]).toEqual([403, 'forbidden']);
    expect((await withCookie(cookie, '/keys', { name: 'made', scopes: ['items:read'] })).response.status).toBe(201);
    const { response } = await clientOf(key).POST('/keys', { body: { name: 'made', scopes: [scope as 'admin'] } });
    expect(response.status).toBe(201);
  });

  test('signed in with a key that expires makes no key that outlives it', async () => {
    const { key } = await keyWith(['admin'], { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    const cookie = await cookieFor(key);
    const made = await withCookie(cookie, '/keys', { name: 'made', scopes: ['items:read'] });
    expect(made.response.status).toBe(403);
  });
});

describe('a session', () => {
  const reads = async (token: string, user: User, replica: 0 | 1 = 1) => {
    const { response } = await clientOf(token, replica).GET('/connections', { params: { query: user } });
    return response.status;
  };

  test('has the scopes that its maker has, and never those of back ends', async () => {
    const user = someone();
    const maker = await keyWith(['sessions:write']);
    const made = await maker.client.POST('/sessions', { body: user });
    const client = clientOf(made.data?.token ?? '');
    expect((await client.GET('/web-session')).data?.scopes).toEqual(['connections:read', 'connections:write']);
    const richer = await keyWith(['sessions:write', 'items:read', 'credentials:read']);
    const wide = await richer.client.POST('/sessions', { body: user });
    expect((await clientOf(wide.data?.token ?? '').GET('/web-session')).data?.scopes).toContain('items:read');
    const narrow = await richer.client.POST('/sessions', { body: { ...user, scopes: ['connections:read'] } });
    expect((await clientOf(narrow.data?.token ?? '').GET('/web-session')).data?.scopes).toEqual(['connections:read']);
    for (const [client_, scope] of [
      [maker.client, 'items:read'],
      [richer.client, 'credentials:read'],
      [operator, 'proxy'],
      [operator, 'admin'],
    ] as const) {
      const { response, error } = await client_.POST('/sessions', { body: { ...user, scopes: [scope] } });
      expectProblem({ response, error }, 'forbidden', 403);
    }
  });

  test('ends with the key that made it, on every replica', async () => {
    const user = someone();
    const maker = await keyWith(['sessions:write']);
    const { data } = await maker.client.POST('/sessions', { body: user });
    const token = data?.token ?? '';
    const cookie = await cookieFor(token);
    expect(await reads(token, user)).toBe(200);
    await operator.DELETE('/keys/{id}', { params: { path: { id: maker.id } } });
    expect([await reads(token, user, 0), await reads(token, user, 1)]).toEqual([401, 401]);
    const page = await raw(`${services[1].url}/web-session`, {
      key: null,
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    });
    expect(page.response.status).toBe(401);
  });

  test('does not outlive the key that made it', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const maker = await keyWith(['sessions:write'], { expiresAt });
    const { data } = await maker.client.POST('/sessions', { body: { ...someone(), expiresInSeconds: 3_600 } });
    expect(data?.expiresAt).toBe(expiresAt);
  });

  test('that was made with a cookie ends at its sign-out', async () => {
    const user = someone();
    const cookie = await cookieFor(ADMIN_KEY);
    const made = await withCookie(cookie, '/sessions', user);
    const { token } = JSON.parse(made.text) as { token: string };
    expect(await reads(token, user)).toBe(200);
    await raw(`${services[0].url}/web-session`, {
      method: 'DELETE',
      key: null,
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    });
    expect(await reads(token, user)).toBe(401);
  });

  test('is ended by its id, and those of a user all at once, on every replica', async () => {
    const user = someone();
    const other = { ...user, userId: 'ben' };
    const make = async (of: User) => (await operator.POST('/sessions', { body: of })).data ?? { id: '', token: '' };
    const [first, second, third] = [await make(user), await make(user), await make(other)];
    const one = await operator.DELETE('/sessions/{id}', { params: { path: { id: first.id } } });
    expect(one.response.status).toBe(204);
    expect([await reads(first.token, user), await reads(second.token, user)]).toEqual([401, 200]);
    const all = await operator.DELETE('/sessions', { params: { query: user } });
    expect(all.response.status).toBe(204);
    expect([await reads(second.token, user), await reads(third.token, other)]).toEqual([401, 200]);
    const later = await make(user);
    expect(await reads(later.token, user)).toBe(200);
  });

  test('of another organization cannot be ended', async () => {
    const user = someone();
    const { data } = await operator.POST('/sessions', { body: user });
    const stranger = await keyWith(['sessions:write'], { orgIds: ['strange'] });
    for (const id of [data?.id ?? '', 'nonsense']) {
      const { response, error } = await stranger.client.DELETE('/sessions/{id}', { params: { path: { id } } });
      expectProblem({ response, error }, 'not-found', 404);
    }
    const { response, error } = await stranger.client.DELETE('/sessions', { params: { query: user } });
    expectProblem({ response, error }, 'forbidden', 403);
    expect(await reads(data?.token ?? '', user)).toBe(200);
  });

  test('requests no scopes at the provider that the operator does not, but a key does', async () => {
    const user = someone();
    const { data } = await operator.POST('/sessions', { body: user });
    const body = { ...user, scopes: ['oauth', 'crm.objects.contacts.write'] };
    const asked = { params: { path: { integration: 'hubspot' } }, body };
    const { response, error } = await clientOf(data?.token ?? '').POST('/integrations/{integration}/authorize', asked);
    expectProblem({ response, error }, 'forbidden', 403);
    const cookie = await cookieFor(ADMIN_KEY);
    const byCookie = await withCookie(cookie, '/integrations/hubspot/authorize', body);
    expect(byCookie.response.status).toBe(403);
    expect((await operator.POST('/integrations/{integration}/authorize', asked)).response.status).toBe(201);
  });
});
