import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startMockProviders,
  startRedis,
  startService,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { authorize, connect, type Wish } from './support/connect.js';
import { eventually } from './support/eventually.js';
import type { IntegrationId } from './support/integration-ids.js';
import { expectFailed, expectProblem } from './support/problems.js';
import { ADMIN_KEY, unlimited } from './support/production.js';
import { someone, type User } from './support/users.js';

const RETURN_TO = 'http://localhost:3000/done';
/** Two accounts of the mock provider. */
const [ONE, OTHER] = ['147893286', '62515001'];

let apart: MockProvidersProcess;
let redis: RedisServer;
let apps: Apps;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  await unlimited(apart.mockProviders);
  apps = new Apps(apart.mockProviders);
  for (const provider of ['notion', 'airtable', 'hubspot', 'slack'] as const) await apps.become(provider);
});
afterAll(() => Promise.all([apart?.stop(), redis?.stop()]));
beforeEach(() => apart.mockProviders.clearLog());

const revocations = async (integration: IntegrationId) => (await apart.mockProviders.log(integration)).revokeCalls;

describe.each(['embedded', 'redis'] as const)('a grant that waits to be finished, %s store', (kind) => {
  let service: Service;
  let operator: CausewayClient;
  let env: Record<string, string>;
  beforeAll(async () => {
    env = { ...apps.environment(), ...(kind === 'redis' ? { REDIS_URL: redis.url } : {}) };
    service = await startService({ env });
    operator = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  });
  afterAll(() => service?.stop());
  // Accounts have one grant for all who connect them.
  afterEach(async () => {
    const { data } = await operator.GET('/connections', {});
    for (const { id } of data?.connections ?? [])
      await operator.DELETE('/connections/{id}', { params: { path: { id } } });
  });

  /** A service that does not wait long, with a store that no other process sweeps. */
  const startImpatient = (seconds: number) =>
    startService({
      env: { ...env, ...(kind === 'redis' ? { REDIS_URL: `${redis.url}/1` } : {}), FINISH_SECONDS: `${seconds}` },
    });
  const sessionOf = async (user: User, integrations?: string[]) => {
    const { data } = await operator.POST('/sessions', { body: { ...user, ...(integrations && { integrations }) } });
    return createCauseway({ baseUrl: service.url, sessionToken: data?.token ?? '' });
  };
  /** The finish code of an account that was authorized. */
  const waiting = async (integration: IntegrationId, user: User, wish: Wish = {}, client = operator) => {
    const { message, html } = await authorize(client, integration, user, { finish: 'caller', ...wish });
    if (message?.type !== 'authorized' || message.finishCode === undefined) throw new Error(html);
    return message.finishCode;
  };
  const finish = (client: CausewayClient, finishCode: string, user: Partial<User> = {}) =>
    client.POST('/connections/finish', { body: { finishCode, ...user } });
  const connectionsOf = async (user: User) =>
    (await operator.GET('/connections', { params: { query: user } })).data?.connections ?? [];

  test.each(['notion', 'airtable', 'hubspot', 'slack'] as const)(
    '%s: becomes a connection when the session of its user brings the code',
    async (integration) => {
      const user = someone();
      const session = await sessionOf(user);
      const code = await waiting(integration, user, { finish: null }, session);
      expect(code).toMatch(/^[\w-]{43}$/);
      expect(await connectionsOf(user)).toEqual([]);
      const { data, response } = await finish(session, code);
      expect([response.status, data?.status, data?.userId]).toEqual([201, 'active', user.userId]);
      expect(await connectionsOf(user)).toEqual([data]);
      expect(await revocations(integration)).toBe(0);
    },
  );

  test('becomes a connection when an API key names the user whom its server has signed in', async () => {
    const user = someone();
    const outcome = await authorize(operator, 'hubspot', user, {
      finish: null,
      returnTo: `${RETURN_TO}?finishCode=old`,
    });
    const { searchParams } = new URL(outcome.location ?? '');
    expect([...searchParams.keys()]).toEqual(['finishCode']);
    const code = searchParams.get('finishCode') ?? '';
    const unnamed = await finish(operator, code);
    expectProblem(unnamed, 'invalid-request', 400);
    expect(unnamed.error?.errors?.map(({ pointer }) => pointer)).toEqual(['/orgId', '/userId']);
    expect((await finish(operator, code, user)).response.status).toBe(201);
  });

  test.each(['notion', 'hubspot', 'slack'] as const)(
    '%s: is revoked when another user comes back',
    async (integration) => {
      const user = someone();
      const code = await waiting(integration, user);
      expectProblem(await finish(operator, code, { ...user, userId: 'victim' }), 'wrong-user', 403);
      await eventually(async () => expect(await revocations(integration)).toBe(1));
      expectProblem(await finish(operator, code, user), 'attempt-expired', 400);
      expect(await connectionsOf(user)).toEqual([]);
    },
  );

  test('is not revoked while another connection holds the same grant', async () => {
    const holder = await connect(operator, 'slack', someone());
    const user = someone();
    const code = await waiting('slack', user);
    expectProblem(await finish(await sessionOf(someone()), code), 'wrong-user', 403);
    await eventually(() => expect(service.logs()).toContain('dropped a grant of slack: shared'));
    const path = { params: { path: { id: holder.id } } };
    expect((await operator.POST('/connections/{id}/check', path)).data?.status).toBe('active');
    expect((await operator.DELETE('/connections/{id}', path)).data).toEqual({ revoked: 'revoked' });
  });

  test('keeps the same grant of a connection that is disconnected meanwhile', async () => {
    const holder = await connect(operator, 'slack', someone());
    const user = someone();
    const code = await waiting('slack', user);
    const { data } = await operator.DELETE('/connections/{id}', { params: { path: { id: holder.id } } });
    expect(data?.revoked).toBe('shared');
    const { data: made } = await finish(operator, code, user);
    const path = { params: { path: { id: made?.id ?? '' } } };
    expect((await operator.POST('/connections/{id}/check', path)).data?.status).toBe('active');
    expect((await operator.DELETE('/connections/{id}', path)).data).toEqual({ revoked: 'revoked' });
  });

  test('gives its new tokens to the connections whose tokens it has replaced, whatever becomes of it', async () => {
    await apps.become('notion', { oneGrant: true });
    const [holder, user] = [await connect(operator, 'notion', someone()), someone()];
    const check = async () =>
      (await operator.POST('/connections/{id}/check', { params: { path: { id: holder.id } } })).data?.status;
    const code = await waiting('notion', user);
    expect(await check()).toBe('active');
    expectProblem(await finish(operator, code, someone()), 'wrong-user', 403);
    await eventually(() => expect(service.logs()).toContain('dropped a grant of notion: shared'));
    expect(await check()).toBe('active');
    await apps.become('notion');
  });

  test('is finished by one of several at the same moment', async () => {
    const user = someone();
    const code = await waiting('hubspot', user);
    const answers = await Promise.all(Array.from({ length: 8 }, () => finish(operator, code, user)));
    expect(answers.map(({ response }) => response.status).sort()).toEqual([201, ...Array<number>(7).fill(400)]);
    expectProblem(await finish(operator, code, user), 'attempt-expired', 400);
    expect(await connectionsOf(user)).toHaveLength(1);
    expect(await revocations('hubspot')).toBe(0);
  });

  test('goes on waiting for a caller who may not finish it at all', async () => {
    const user = someone();
    const code = await waiting('hubspot', user);
    const key = async (scopes: 'connections:read'[] | 'connections:write'[], orgIds?: string[]) => {
      const { data } = await operator.POST('/keys', { body: { name: 'k', scopes, ...(orgIds && { orgIds }) } });
      return createCauseway({ baseUrl: service.url, apiKey: data?.key ?? '' });
    };
    expectProblem(await finish(createCauseway({ baseUrl: service.url }), code, user), 'unauthenticated', 401);
    expectProblem(await finish(await key(['connections:read']), code, user), 'forbidden', 403);
    expectProblem(await finish(await key(['connections:write'], ['elsewhere']), code, user), 'forbidden', 403);
    expectProblem(await finish(await sessionOf(user, ['notion']), code), 'forbidden', 403);
    expectProblem(await finish(await sessionOf(user), code, { ...user, userId: 'bob' }), 'forbidden', 403);
    for (const unknown of ['x', code.slice(0, -1), `${code.slice(0, -2)}AA`, code.toLowerCase()])
      expectProblem(await finish(operator, unknown, user), 'attempt-expired', 400);
    expect((await finish(operator, code, user)).response.status).toBe(201);
  });

  test('keeps the id of a connection that is authorized again', async () => {
    const user = someone();
    const { id } = await connect(operator, 'hubspot', user);
    const code = await waiting('hubspot', user, { connectionId: id });
    expect((await finish(operator, code, user)).data?.id).toBe(id);
  });

  test('is revoked if the connection that was to be authorized again is gone', async () => {
    const user = someone();
    const { id } = await connect(operator, 'hubspot', user);
    const code = await waiting('hubspot', user, { connectionId: id });
    await operator.DELETE('/connections/{id}', { params: { path: { id } } });
    await apart.mockProviders.clearLog();
    expectProblem(await finish(operator, code, user), 'unknown-connection', 404);
    await eventually(async () => expect(await revocations('hubspot')).toBe(1));
  });

  test.each(['caller', 'none'] as const)(
    'is refused in the popup, and revoked, if it is of another account than the connection, finish: %s',
    async (how) => {
      const user = someone();
      const { id } = await connect(operator, 'hubspot', user, { account: ONE ?? '' });
      const wish = { connectionId: id, account: OTHER ?? '', finish: how };
      expectFailed(await authorize(operator, 'hubspot', user, wish), 'wrong-account', 409);
      await eventually(async () => expect(await revocations('hubspot')).toBe(1));
      const check = await operator.POST('/connections/{id}/check', { params: { path: { id } } });
      expect(check.data?.status).toBe('active');
    },
  );

  test('is revoked if the provider does not say whose account it is', async () => {
    await apart.mockProviders.fault({
      provider: 'airtable',
      on: '/v0/meta/whoami',
      kind: 'html',
      status: 403,
      times: 5,
    });
    expectFailed(await authorize(operator, 'airtable', someone()), 'authorization-failed', 502);
    await apart.mockProviders.clearFaults();
    // Airtable has no revocation.
    await eventually(() => expect(service.logs()).toContain('dropped a grant of airtable: unsupported'));
  });

  test('is told in the audit log with the person who authorized', async () => {
    const user = someone();
    const { id } = await connect(operator, 'slack', user);
    const { data } = await operator.GET('/connections/{id}/events', { params: { path: { id } } });
    expect(data?.events.at(-1)).toMatchObject({
      type: 'connected',
      detail: expect.stringMatching(/^authorized by U\w+$/),
    });
  });

  test('is forgotten and revoked when nobody has finished it in time', async () => {
    const impatient = await startImpatient(2);
    try {
      const client = createCauseway({ baseUrl: impatient.url, apiKey: ADMIN_KEY });
      const user = someone();
      const code = await waiting('hubspot', user, {}, client);
      await eventually(async () => expect(await revocations('hubspot')).toBe(1), 20_000);
      expectProblem(await finish(client, code, user), 'attempt-expired', 400);
      expect((await client.GET('/connections', { params: { query: user } })).data?.connections).toEqual([]);
    } finally {
      await impatient.stop();
    }
  });

  test('is revoked at last if the provider fails to at first', async () => {
    const impatient = await startImpatient(1);
    try {
      await apart.mockProviders.fault({
        provider: 'hubspot',
        on: '/oauth/2026-09/token/revoke',
        kind: 'server-error',
        status: 503,
        times: 1,
      });
      const client = createCauseway({ baseUrl: impatient.url, apiKey: ADMIN_KEY });
      await waiting('hubspot', someone(), {}, client);
      await eventually(() => expect(impatient.logs()).toContain('dropped a grant of hubspot: revoked'), 20_000);
      expect(impatient.logs()).toContain('dropped a grant of hubspot: failed');
    } finally {
      await apart.mockProviders.clearFaults();
      await impatient.stop();
    }
  });

  test('is revoked after the process that took it has died', async () => {
    const killed = await startImpatient(1);
    try {
      const client = createCauseway({ baseUrl: killed.url, apiKey: ADMIN_KEY });
      await waiting('hubspot', someone(), {}, client);
      await killed.kill();
      expect(await revocations('hubspot')).toBe(0);
      await killed.restart();
      await eventually(async () => expect(await revocations('hubspot')).toBe(1), 20_000);
    } finally {
      await killed.stop();
    }
  });
});
