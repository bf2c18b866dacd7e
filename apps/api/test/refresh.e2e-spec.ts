import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import {
  BrowserUser,
  startService,
  startMockProviders,
  type Service,
  type MockProviders,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { authorizationUrl, connect, connection } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { INTEGRATIONS, type IntegrationId } from './support/integration-ids.js';
import { AFRESH, items } from './support/load.js';
import { someone, type User } from './support/users.js';
import { ADMIN_KEY, unlimited } from './support/production.js';
import { expectProblem } from './support/problems.js';

/** Shorter than any margin before the end of a token at which it is renewed. */
const NEARLY_OVER = 20;

let apart: MockProvidersProcess;
let mockProviders: MockProviders;
let apps: Apps;
let service: Service;
let causeway: CausewayClient;
beforeAll(async () => {
  apart = await startMockProviders();
  mockProviders = await unlimited(apart.mockProviders);
  apps = new Apps(mockProviders);
  await Promise.all(INTEGRATIONS.map((integration) => apps.become(integration)));
  service = await startService({ env: apps.environment() });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));
beforeEach(async () => {
  await Promise.all(INTEGRATIONS.map((integration) => apps.become(integration)));
  await mockProviders.clearFaults();
  await mockProviders.clearLog();
});

const rotation = (integration: IntegrationId) => (integration === 'slack' ? { rotation: true } : {});

/** A connection whose access token is about to end; the next one lasts. */
async function nearItsEnd(integration: IntegrationId, user: User, variants = {}): Promise<Connection> {
  await apps.become(integration, { ...rotation(integration), ...variants, accessTokenTtlSeconds: NEARLY_OVER });
  const made = await connect(causeway, integration, user);
  await apps.become(integration, { ...rotation(integration), ...variants });
  await mockProviders.clearLog();
  return made;
}

const token = (id: string) => causeway.GET('/connections/{id}/token', { params: { path: { id } } });
const refresh = (id: string) => causeway.POST('/connections/{id}/refresh', { params: { path: { id } } });
const check = (id: string) => causeway.POST('/connections/{id}/check', { params: { path: { id } } });
const load = (integration: string, user: User) =>
  causeway.POST('/integrations/{integration}/load', {
    params: { path: { integration } },
    headers: AFRESH,
    body: { ...user, limit: 5 },
  });

const PROBES: Record<IntegrationId, { method: string; path: string; headers?: Record<string, string> }> = {
  notion: { method: 'GET', path: '/v1/users/me', headers: { 'notion-version': '2026-03-11' } },
  airtable: { method: 'GET', path: '/v0/meta/whoami' },
  hubspot: { method: 'GET', path: '/account-info/2026-09/details' },
  slack: { method: 'POST', path: '/api/auth.test' },
};

async function works(integration: IntegrationId, accessToken: string | undefined): Promise<boolean> {
  const { method, path, headers } = PROBES[integration];
  const response = await fetch(`${mockProviders.url}/${integration}${path}`, {
    method,
    headers: { ...headers, authorization: `Bearer ${accessToken}` },
  });
  const answer = (await response.json()) as { ok?: boolean };
  return response.ok && answer.ok !== false;
}

describe('a token route', () => {
  test.each(INTEGRATIONS)('%s: returns a token that works, and is not cached', async (integration) => {
    const user = someone();
    const { id, scopes, expiresAt } = await connect(causeway, integration, user);
    const { data, response } = await token(id);
    expect(Object.keys(data ?? {}).sort()).toEqual(['accessToken', 'expiresAt', 'scopes', 'tokenType']);
    expect(data).toMatchObject({ tokenType: 'Bearer', scopes, expiresAt });
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(await works(integration, data?.accessToken)).toBe(true);
  });
});

describe('before a token expires', () => {
  test.each(['airtable', 'hubspot', 'slack'] as const)(
    '%s: it is renewed once, and the new one is kept',
    async (integration) => {
      const user = someone();
      const before = await nearItsEnd(integration, user);
      expect(before.lastRefreshedAt).toBeNull();

      const first = await token(before.id);
      expect(await works(integration, first.data?.accessToken)).toBe(true);
      expect(Date.parse(first.data?.expiresAt ?? '')).toBeGreaterThan(Date.now() + 600_000);
      const after = await connection(causeway, before.id);
      expect(after).toMatchObject({ id: before.id, status: 'active', expiresAt: first.data?.expiresAt });
      expect(Date.parse(after.lastRefreshedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(before.createdAt));

      expect((await token(before.id)).data).toEqual(first.data);
      expect((await mockProviders.log(integration)).refreshCalls).toBe(1);
    },
  );

  test('a load refreshes it as well', async () => {
    const user = someone();
    const { id } = await nearItsEnd('airtable', user);
    expect((await items(causeway, 'airtable', user)).length).toBeGreaterThan(0);
    expect((await mockProviders.log('airtable')).refreshCalls).toBe(1);
    expect((await connection(causeway, id)).lastRefreshedAt).not.toBeNull();
  });

  test.each(['airtable', 'slack'] as const)(
    '%s: 50 callers at once spend one refresh token, once',
    async (integration) => {
      const user = someone();
      const { id } = await nearItsEnd(integration, user);
      const [tokens, loads, checks] = await Promise.all([
        Promise.all(Array.from({ length: 30 }, () => token(id))),
        Promise.all(Array.from({ length: 15 }, () => load(integration, user))),
        Promise.all(Array.from({ length: 5 }, () => check(id))),
      ]);
      expect(new Set(tokens.map(({ data }) => data?.accessToken)).size).toBe(1);
      expect([...tokens, ...loads, ...checks].filter(({ response }) => !response.ok)).toEqual([]);
      const log = await mockProviders.log(integration);
      expect(log.refreshCalls).toBe(1);
      expect(log.refreshTokens.map(({ presented }) => presented)).toEqual([1]);
      expect(await works(integration, tokens[0]?.data?.accessToken)).toBe(true);
    },
  );

  test('many refreshes in a row keep the grant', async () => {
    const { id } = await nearItsEnd('airtable', someone(), { refreshGraceSeconds: 0 });
    for (let turn = 0; turn < 5; turn++) expect((await refresh(id)).data?.status).toBe('active');
    const log = await mockProviders.log('airtable');
    expect(log.refreshTokens.map(({ presented, succeeded }) => [presented, succeeded])).toEqual(
      Array.from({ length: 5 }, () => [1, 1]),
    );
    expect(await works('airtable', (await token(id)).data?.accessToken)).toBe(true);
  });

  test('concurrent forced refreshes spend no refresh token twice', async () => {
    const { id } = await nearItsEnd('airtable', someone(), { refreshGraceSeconds: 0 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(id)));
    expect(answers.filter(({ response }) => !response.ok)).toEqual([]);
    const log = await mockProviders.log('airtable');
    expect(log.refreshTokens.every(({ presented }) => presented === 1)).toBe(true);
    expect(log.maxConcurrentToken).toBe(1);
  });
});

describe('after a 401', () => {
  test('notion: refreshes once, replaces both tokens, and the request succeeds', async () => {
    const user = someone();
    const { id, expiresAt } = await connect(causeway, 'notion', user);
    expect(expiresAt).toBeNull();
    for (let turn = 1; turn <= 2; turn++) {
      await mockProviders.expire({ provider: 'notion' });
      expect((await load('notion', user)).data?.items.length).toBe(5);
      expect((await mockProviders.log('notion')).refreshCalls).toBe(turn);
    }
    expect(await works('notion', (await token(id)).data?.accessToken)).toBe(true);
    expect((await connection(causeway, id)).lastRefreshedAt).not.toBeNull();
  });

  test('notion: 20 concurrent loads refresh once', async () => {
    const user = someone();
    await connect(causeway, 'notion', user);
    await mockProviders.clearLog();
    await mockProviders.expire({ provider: 'notion' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => load('notion', user)));
    expect(answers.filter(({ response }) => !response.ok)).toEqual([]);
    expect((await mockProviders.log('notion')).refreshCalls).toBe(1);
  });

  test('hubspot: a 401 neither refreshes nor disconnects', async () => {
    const user = someone();
    const { id } = await connect(causeway, 'hubspot', user);
    await mockProviders.clearLog();
    await mockProviders.fault({ provider: 'hubspot', kind: 'server-error', status: 401, on: 'data' });
    const answer = await load('hubspot', user);
    expect(answer.response.status).toBe(502);
    expect((await mockProviders.log('hubspot')).refreshCalls).toBe(0);
    expect((await connection(causeway, id)).status).toBe('active');
  });

  test('hubspot: a token that introspection calls inactive is refreshed', async () => {
    const user = someone();
    const { id } = await connect(causeway, 'hubspot', user);
    await mockProviders.revoke({ provider: 'hubspot', what: 'access' });
    expect((await load('hubspot', user)).response.status).toBe(200);
    expect((await mockProviders.log('hubspot')).refreshCalls).toBe(1);
    expect((await connection(causeway, id)).status).toBe('active');
  });

  test('a provider that keeps responding with 401 is not retried forever', async () => {
    const user = someone();
    await connect(causeway, 'notion', user);
    await mockProviders.clearLog();
    await mockProviders.fault({ provider: 'notion', kind: 'server-error', status: 401, on: 'data' });
    const answer = await load('notion', user);
    expect([409, 502]).toContain(answer.response.status);
    const log = await mockProviders.log('notion');
    expect(log.refreshCalls).toBeLessThanOrEqual(1);
    expect(log.dataCalls).toBeLessThanOrEqual(3);
  });
});

describe('a refresh whose response was lost (Airtable)', () => {
  test('within the grace period: the 409 disconnects nobody', async () => {
    const { id } = await nearItsEnd('airtable', someone(), { refreshGraceSeconds: 600 });
    const before = await connection(causeway, id);
    await mockProviders.fault({ provider: 'airtable', kind: 'cut-before-headers', on: 'token', times: 1 });
    const lost = await refresh(id);
    expect([502, 504]).toContain(lost.response.status);
    const conflict = await refresh(id);
    expect([502, 503, 504]).toContain(conflict.response.status);
    expect(await connection(causeway, id)).toMatchObject({
      status: 'active',
      problem: null,
      expiresAt: before.expiresAt,
    });
  });

  test('after the grace period: the grant is revoked, and the connection is marked', async () => {
    const { id } = await nearItsEnd('airtable', someone(), { refreshGraceSeconds: 0 });
    await mockProviders.fault({ provider: 'airtable', kind: 'cut-before-headers', on: 'token', times: 1 });
    await refresh(id);
    expectProblem(await refresh(id), 'needs-reconnect', 409);
  });
});

describe('a grant that was revoked', () => {
  test.each(['notion', 'airtable', 'hubspot', 'slack'] as const)(
    '%s: needs-reconnect, once, until it is connected again',
    async (integration) => {
      await apps.become(integration, rotation(integration));
      const user = someone();
      const { id } = await connect(causeway, integration, user);
      await mockProviders.revoke({ provider: integration });
      await mockProviders.clearLog();

      expectProblem(await refresh(id), 'needs-reconnect', 409);
      const state = await connection(causeway, id);
      expect(state).toMatchObject({ status: 'needs-reconnect', problem: { slug: 'needs-reconnect', status: 409 } });
      expect(JSON.stringify(state)).not.toMatch(/stack|error_description/);

      // From now on the provider is left alone.
      const calls = async () => (await mockProviders.log(integration)).requests;
      const before = await calls();
      for (const answer of [await token(id), await load(integration, user), await refresh(id)]) {
        expectProblem(answer, 'needs-reconnect', 409);
      }
      expect(await calls()).toBe(before);

      const list = await causeway.GET('/connections', { params: { query: { ...user, status: 'needs-reconnect' } } });
      expect(list.data?.connections.map((one) => one.id)).toEqual([id]);
      const active = await causeway.GET('/connections', { params: { query: { ...user, status: 'active' } } });
      expect(active.data?.connections).toEqual([]);

      const again = await connect(causeway, integration, user, { connectionId: id });
      expect(again).toMatchObject({ id, status: 'active', problem: null });
      expect((await load(integration, user)).response.status).toBe(200);
    },
  );

  test.each(INTEGRATIONS)(
    '%s: a load finds out by itself where a renewal is due or the token is refused',
    async (integration) => {
      const user = someone();
      const { id } =
        integration === 'airtable' ? await nearItsEnd(integration, user) : await connect(causeway, integration, user);
      await mockProviders.revoke({ provider: integration });
      expectProblem(await load(integration, user), 'needs-reconnect', 409);
      expect((await connection(causeway, id)).status).toBe('needs-reconnect');
    },
  );

  test.each(INTEGRATIONS)('%s: a check detects it as well', async (integration) => {
    const user = someone();
    const { id } = await connect(causeway, integration, user);
    expect((await check(id)).data).toMatchObject({ id, status: 'active' });
    await mockProviders.revoke({ provider: integration });
    const { data, error } = await check(id);
    // Either the connection with its new state, or the problem; afterwards the state is the same.
    expect(data?.status ?? error?.slug).toBe('needs-reconnect');
    expect((await connection(causeway, id)).status).toBe('needs-reconnect');
  });
});

describe('a client secret that is wrong', () => {
  test.each(INTEGRATIONS)('%s: is a configuration failure, so users stay connected', async (integration) => {
    const { id } = await nearItsEnd(integration, someone());
    await apps.changeSecret(integration);
    const failed = await refresh(id);
    expect(failed.response.status).toBe(502);
    expect(await connection(causeway, id)).toMatchObject({ status: 'active', problem: null });
    const ready = async () => (await causeway.GET('/health/ready')).data;
    expect(await ready()).toMatchObject({ status: 'ok', parts: { [integration]: { status: 'failing' } } });
    await apps.become(integration, rotation(integration));
    expect((await refresh(id)).data).toMatchObject({ id, status: 'active' });
    expect((await ready())?.parts).not.toHaveProperty(integration);
  });
});

describe('slack', () => {
  test('with rotation: twelve hours, a new refresh token each time', async () => {
    await apps.become('slack', { rotation: true, refreshGraceSeconds: 0 });
    const { id, expiresAt } = await connect(causeway, 'slack', someone());
    expect(Math.abs(Date.parse(expiresAt ?? '') - Date.now() - 43_200_000)).toBeLessThan(60_000);
    for (let turn = 0; turn < 3; turn++) expect((await refresh(id)).data?.status).toBe('active');
    expect(await works('slack', (await token(id)).data?.accessToken)).toBe(true);
  });

  test('without rotation: no refresh', async () => {
    const { id, expiresAt } = await connect(causeway, 'slack', someone());
    expect(expiresAt).toBeNull();
    const { response } = await refresh(id);
    expect(response.status).toBeLessThan(500);
    expect((await connection(causeway, id)).status).toBe('active');
    expect((await mockProviders.log('slack')).refreshCalls).toBe(0);
  });

  test.each([false, true])('an install with user scopes only works (rotation: %s)', async (rotates) => {
    await apps.become('slack', { rotation: rotates });
    const user = someone();
    const browserUser = new BrowserUser();
    const url = new URL(await browserUser.open(await authorizationUrl(causeway, 'slack', user)));
    url.searchParams.set('user_scope', url.searchParams.get('scope') ?? '');
    url.searchParams.delete('scope');
    const outcome = await browserUser.followCallback(
      await browserUser.submitConsent(await browserUser.readConsent(url.href)),
    );
    expect(outcome.message?.type).toBe('connected');
    const id = outcome.message?.connectionId ?? '';
    const made = await connection(causeway, id);
    expect(made.scopes).toEqual(expect.arrayContaining(['channels:read', 'users:read']));
    expect(made.expiresAt === null).toBe(!rotates);
    expect((await token(id)).data?.accessToken).toMatch(/^(xoxe\.)?xoxp-/);
    expect((await items(causeway, 'slack', user, { types: ['user'] })).length).toBe(71);
    if (rotates) expect((await refresh(id)).data?.status).toBe('active');
    expect(await works('slack', (await token(id)).data?.accessToken)).toBe(true);
  });

  test('an error inside a 200 is an error', async () => {
    const user = someone();
    // A workspace in which no earlier consent gave more.
    const { id, scopes } = await connect(causeway, 'slack', user, {
      scopes: ['channels:read'],
      account: 'T05QUARRY01',
    });
    expect(scopes).toEqual(['channels:read']);
    const answer = await causeway.POST('/integrations/{integration}/load', {
      params: { path: { integration: 'slack' } },
      headers: AFRESH,
      body: { ...user, types: ['user'], limit: 10 },
    });
    expectProblem(answer, 'provider-rejected', 502);
    expect((await connection(causeway, id)).status).toBe('active');
  });
});

describe('a token endpoint in trouble', () => {
  test.each([
    ['5xx', { kind: 'server-error', status: 503 }],
    ['a cut connection', { kind: 'cut-before-headers', work: 'not-done' }],
    ['half an answer', { kind: 'cut-mid-body', work: 'not-done' }],
    ['malformed JSON', { kind: 'malformed-json', work: 'not-done' }],
    ['an HTML page', { kind: 'html' }],
    ['a rate limit', { kind: 'rate-limit' }],
  ] as const)('%s: 502 or 503, nothing stored changes, and later it works', async (_, fault) => {
    const { id } = await nearItsEnd('airtable', someone());
    const before = await connection(causeway, id);
    await mockProviders.fault({ provider: 'airtable', on: 'token', ...fault });
    const { response, error } = await refresh(id);
    expect([502, 503]).toContain(response.status);
    expect(error?.slug).toMatch(/^provider-/);
    expect(await connection(causeway, id)).toEqual(before);
    await mockProviders.clearFaults();
    // After a 429 that names no time, all refreshes of that integration pause for a second.
    await eventually(async () => expect((await refresh(id)).data?.status).toBe('active'));
  });
});
