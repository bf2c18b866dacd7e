import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import { startService, startMockProviders, type Service, type MockProvidersProcess } from '@causeway/testing';
import { connect } from './support/connect.js';
import { someone, type User } from './support/users.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, productionEnvironment, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';

const SCOPES = [
  'connections:read',
  'connections:write',
  'items:read',
  'credentials:read',
  'proxy',
  'sessions:write',
] as const;
type Scope = (typeof SCOPES)[number] | 'admin';

let apart: MockProvidersProcess;
let service: Service;
let operator: CausewayClient;
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders);
  operator = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));

async function key(scopes: Scope[], more: { orgIds?: string[]; expiresAt?: string } = {}) {
  const { data, error } = await operator.POST('/keys', { body: { name: 'a test', scopes, ...more } });
  if (!data) throw new Error(JSON.stringify(error));
  return { ...data, client: createCauseway({ baseUrl: service.url, apiKey: data.key }) };
}

async function session(user: User, more: { integrations?: string[]; expiresInSeconds?: number } = {}) {
  const { data, error } = await operator.POST('/sessions', { body: { ...user, ...more } });
  if (!data) throw new Error(JSON.stringify(error));
  return { ...data, client: createCauseway({ baseUrl: service.url, apiKey: data.token }) };
}

/** Every JSON route that touches somebody's data, by the scope that it wants. */
const routes = (user: User, { id }: { id: string }): Record<string, [Scope, string, string, unknown?]> => ({
  listIntegrations: ['connections:read', 'GET', '/integrations'],
  authorize: ['connections:write', 'POST', '/integrations/hubspot/authorize', user],
  getUserConnection: ['connections:read', 'POST', '/integrations/hubspot/credentials', user],
  loadItems: ['items:read', 'POST', '/integrations/hubspot/load', { ...user, limit: 1 }],
  listItems: ['items:read', 'GET', `/integrations/hubspot/items?orgId=${user.orgId}&userId=${user.userId}&limit=1`],
  listConnections: ['connections:read', 'GET', `/connections?orgId=${user.orgId}`],
  countConnections: ['connections:read', 'GET', `/connections/counts?orgId=${user.orgId}`],
  getConnection: ['connections:read', 'GET', `/connections/${id}`],
  listConnectionItems: ['items:read', 'GET', `/connections/${id}/items?limit=1`],
  checkConnection: ['connections:read', 'POST', `/connections/${id}/check`],
  refreshConnection: ['connections:write', 'POST', `/connections/${id}/refresh`],
  getToken: ['credentials:read', 'GET', `/connections/${id}/token`],
  proxyGet: ['proxy', 'GET', `/connections/${id}/proxy/crm/v3/owners`],
  proxyPost: ['proxy', 'POST', `/connections/${id}/proxy/crm/v3/objects/contacts/search`, { limit: 1 }],
  createSession: ['sessions:write', 'POST', '/sessions', user],
  listSetups: ['admin', 'GET', '/integrations/setup'],
  listKeys: ['admin', 'GET', '/keys'],
  createKey: ['admin', 'POST', '/keys', { name: 'x', scopes: ['items:read'] }],
  revokeKey: ['admin', 'DELETE', '/keys/unknown'],
  deleteConnection: ['connections:write', 'DELETE', `/connections/${id}`],
});

const call = (bearer: string | null, [, method, path, body]: [Scope, string, string, unknown?]) =>
  raw(`${service.url}${path}`, {
    method,
    key: bearer,
    ...(body === undefined ? {} : { type: 'application/json', body: JSON.stringify(body) }),
  });

describe('the scope matrix', () => {
  test.each([...SCOPES, 'admin'] as Scope[])('a key with %s may do that, and nothing else', async (scope) => {
    const user = someone();
    const connection = await connect(operator, 'hubspot', user);
    const { key: bearer } = await key([scope]);
    for (const [name, route] of Object.entries(routes(user, connection))) {
      const { response, error } = await call(bearer, route);
      const allowed = scope === 'admin' || scope === route[0];
      expect({ name, forbidden: response.status === 403 }).toEqual({ name, forbidden: !allowed });
      if (!allowed) expectProblem({ response, error }, 'forbidden', 403);
    }
  });

  test.each([
    ['none', null],
    ['made up', 'x'.repeat(40)],
    ['like a key', `cwk_0123456789abcdef_${'A'.repeat(43)}`],
    ['like a session', 'cws_v2.k1.AAAA'],
    ['the admin key, almost', `${ADMIN_KEY}x`],
  ])('credentials that are %s open nothing', async (_what, bearer) => {
    for (const route of Object.values(routes(someone(), { id: 'con_0' }))) {
      const { response, error } = await call(bearer, route);
      expectProblem({ response, error }, 'unauthenticated', 401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    }
  });
});

describe('somebody else’s', () => {
  let mine: User;
  let theirs: User;
  let connection: Connection;
  beforeAll(async () => {
    [mine, theirs] = [someone(), someone()];
    connection = await connect(operator, 'hubspot', theirs);
    await connect(operator, 'hubspot', mine);
  });

  const SUBJECT: Record<string, string> = {
    getConnection: 'unknown-connection',
    listConnectionItems: 'unknown-connection',
    checkConnection: 'unknown-connection',
    refreshConnection: 'unknown-connection',
    getToken: 'unknown-connection',
    proxyGet: 'unknown-connection',
    proxyPost: 'unknown-connection',
    deleteConnection: 'unknown-connection',
    authorize: 'forbidden',
    getUserConnection: 'forbidden',
    loadItems: 'forbidden',
    listItems: 'forbidden',
    listConnections: 'forbidden',
    countConnections: 'forbidden',
    createSession: 'forbidden',
  };

  test.each(Object.entries(SUBJECT))('%s is %s for a key of another organization', async (name, slug) => {
    const { key: bearer } = await key([...SCOPES], { orgIds: [mine.orgId] });
    const answer = await call(bearer, routes(theirs, connection)[name]!);
    expectProblem(answer, slug, slug === 'forbidden' ? 403 : 404);
  });

  test.each(
    Object.entries(SUBJECT).filter(([name]) => !['getToken', 'createSession', 'proxyGet', 'proxyPost'].includes(name)),
  )('%s is %s for a session of another user', async (name, slug) => {
    const { token } = await session({ orgId: theirs.orgId, userId: 'somebody-else' });
    const answer = await call(token, routes(theirs, connection)[name]!);
    // The organization is the session's own: a list of it shows what is the user's.
    if (name === 'listConnections') expect(JSON.parse(answer.text)).toMatchObject({ connections: [] });
    else if (name === 'countConnections') expect(JSON.parse(answer.text)).toEqual({ total: 0, counts: [] });
    else expectProblem(answer, slug, slug === 'forbidden' ? 403 : 404);
  });

  test('is not in any list, search or count', async () => {
    const limited = await key(['connections:read'], { orgIds: [mine.orgId, 'org-without-connections'] });
    const own = await session(mine);
    for (const { client } of [limited, own]) {
      const list = async (query: object = {}) =>
        (await client.GET('/connections', { params: { query } })).data?.connections.map(({ orgId }) => orgId);
      expect(await list()).toEqual([mine.orgId]);
      expect(await list({ status: 'active', integration: 'hubspot' })).toEqual([mine.orgId]);
      expect(await list({ search: mine.userId.toUpperCase() })).toEqual([mine.orgId]);
      for (const search of [theirs.orgId, connection.id]) expect(await list({ search })).toEqual([]);
      expect((await client.GET('/connections/counts', {})).data).toEqual({
        total: 1,
        counts: [{ integration: 'hubspot', status: 'active', count: 1 }],
      });
    }
    const found = await operator.GET('/connections', { params: { query: { search: connection.id } } });
    expect(found.data?.connections).toMatchObject([theirs]);
  });

  test('cannot be reconnected', async () => {
    const { client } = await session(mine);
    const answer = await client.POST('/integrations/{integration}/authorize', {
      params: { path: { integration: 'hubspot' } },
      body: { ...mine, connectionId: connection.id },
    });
    expectProblem(answer, 'unknown-connection', 404);
  });
});

describe('a session', () => {
  test('connects, looks and disconnects for its user, and reads no credentials', async () => {
    const user = someone();
    const { client } = await session(user);
    const connection = await connect(client, 'notion', user, { finish: null });
    const { data } = await client.GET('/connections/{id}/items', { params: { path: { id: connection.id } } });
    expect(data?.items.length).toBeGreaterThan(0);
    const path = { params: { path: { id: connection.id } } };
    expectProblem(await client.GET('/connections/{id}/token', path), 'forbidden', 403);
    expect((await client.DELETE('/connections/{id}', path)).data?.revoked).toBe('revoked');
  });

  test('can be limited to integrations', async () => {
    const user = someone();
    const { client } = await session(user, { integrations: ['notion'] });
    expect((await client.GET('/integrations')).data?.integrations.map(({ id }) => id)).toEqual(['notion']);
    const answer = await client.POST('/integrations/{integration}/authorize', {
      params: { path: { integration: 'slack' } },
      body: user,
    });
    expectProblem(answer, 'forbidden', 403);
  });

  test('lasts fifteen minutes if nothing else is said, and ends', async () => {
    const user = someone();
    const { expiresAt } = await session(user);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 900_000)).toBeLessThan(60_000);
    const short = await session(user, { expiresInSeconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, Date.parse(short.expiresAt) - Date.now()) + 5));
    expectProblem(await short.client.GET('/integrations'), 'unauthenticated', 401);
  });

  test.each([
    [{ expiresInSeconds: 0 }, '/expiresInSeconds'],
    [{ expiresInSeconds: 86_401 }, '/expiresInSeconds'],
    [{ integrations: ['dragon'] }, '/integrations'],
    [{ integrations: [] }, '/integrations'],
  ])('is not made of %j', async (more, pointer) => {
    const { error, response } = await operator.POST('/sessions', { body: { ...someone(), ...more } });
    expectProblem({ error, response }, 'invalid-request', 400);
    expect(error?.errors?.map((fault) => fault.pointer)).toEqual([pointer]);
  });
});

describe('an API key', () => {
  test('is shown once, listed without its secret, and opens nothing once it is revoked', async () => {
    const made = await key(['connections:read']);
    expect(made.key).toMatch(/^cwk_/);
    const listed = (await operator.GET('/keys')).data?.keys ?? [];
    expect(listed.find(({ id }) => id === made.id)).toEqual({
      id: made.id,
      name: 'a test',
      scopes: ['connections:read'],
      orgIds: null,
      createdAt: made.createdAt,
      expiresAt: null,
    });
    expect(JSON.stringify(listed)).not.toContain(made.key.slice(21));
    expect((await made.client.GET('/integrations')).response.status).toBe(200);
    const path = { params: { path: { id: made.id } } };
    expect((await operator.DELETE('/keys/{id}', path)).response.status).toBe(204);
    expectProblem(await made.client.GET('/integrations'), 'unauthenticated', 401);
    expectProblem(await operator.DELETE('/keys/{id}', path), 'not-found', 404);
  });

  test('is made on the command line beside a running service', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'causeway-make-key-'));
    const environment = { ...productionEnvironment(apart.mockProviders), DATA_DIR: directory };
    const running = await startService({ env: environment });
    const command = fileURLToPath(new URL('../../../dist/service/causeway.js', import.meta.url));
    const make = (...args: string[]) =>
      promisify(execFile)(process.execPath, [command, 'make-key', ...args], { cwd: directory, env: environment });
    const { stdout } = await make('--name', 'made by hand', '--scopes', 'connections:read');
    const { data } = await createCauseway({ baseUrl: running.url, apiKey: stdout.trim() }).GET('/integrations');
    expect(data?.integrations).toHaveLength(4);
    for (const refused of [
      ['--scopes', 'dragons'],
      ['--scopes', 'items:read', '--orgs', 'a b'],
      ...['soon', '2100-W01-1', '21000101T000000Z', '2100-01-01T00:00:00', '2001-01-01'].map((expires) => [
        '--scopes',
        'items:read',
        '--expires',
        expires,
      ]),
    ])
      await expect(make('--name', 'x', ...refused)).rejects.toMatchObject({ code: 2, stdout: '' });
    await make('--name', 'with an end', '--scopes', 'items:read', '--orgs', 'auth0|acme', '--expires', '2100-01-31');
    const { data: stored } = await createCauseway({ baseUrl: running.url, apiKey: ADMIN_KEY }).GET('/keys');
    expect(stored?.keys.map(({ name, orgIds, expiresAt }) => [name, orgIds, expiresAt])).toEqual([
      ['with an end', ['auth0|acme'], '2100-01-31T00:00:00.000Z'],
      ['made by hand', null, null],
    ]);
    await running.stop();
    await rm(directory, { recursive: true });
  });

  test('ends when it was told to', async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const short = await key(['connections:read'], { expiresAt });
    expect(short.expiresAt).toBe(expiresAt);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, Date.parse(expiresAt) - Date.now()) + 5));
    expectProblem(await short.client.GET('/integrations'), 'unauthenticated', 401);
  });

  test('with another secret for its id opens nothing', async () => {
    const { key: bearer } = await key(['connections:read']);
    const changed = bearer.slice(0, -1) + (bearer.endsWith('A') ? 'B' : 'A');
    const { response } = await call(changed, ['connections:read', 'GET', '/integrations']);
    expect(response.status).toBe(401);
  });

  test.each([
    [{ name: '' }, '/name'],
    [{ scopes: [] }, '/scopes'],
    [{ scopes: ['everything'] }, '/scopes'],
    [{ orgIds: [] }, '/orgIds'],
    [{ orgIds: ['a b'] }, '/orgIds'],
    [{ expiresAt: 'soon' }, '/expiresAt'],
    [{ expiresAt: '21000101T000000Z' }, '/expiresAt'],
    [{ expiresAt: '2100-01-01T00:00:00' }, '/expiresAt'],
    [{ expiresAt: '2100-02-30' }, '/expiresAt'],
    [{ expiresAt: '2001-01-01T00:00:00Z' }, '/expiresAt'],
    [{ orgIds: 'acme' }, '/orgIds'],
  ])('is not made of %j', async (fault, pointer) => {
    const name = `refused ${randomUUID()}`;
    const body = { name, scopes: ['items:read'], ...fault } as never;
    const { error, response } = await operator.POST('/keys', { body });
    expectProblem({ error, response }, 'invalid-request', 400);
    expect(error?.errors?.map((entry) => entry.pointer)).toEqual([pointer]);
    const stored = (await operator.GET('/keys')).data?.keys ?? [];
    expect(stored.filter((key) => key.name === name)).toEqual([]);
  });
});
