import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  redisCli,
  startMockProviders,
  startRedis,
  startService,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { authorize, connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone, type User } from './support/users.js';

/** The audit log of the installation, from two replicas. */
let apart: MockProvidersProcess;
let redis: RedisServer;
let environment: Record<string, string>;
let services: [Service, Service];
let operator: CausewayClient;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis({ appendOnly: true })]);
  await unlimited(apart.mockProviders);
  environment = { ...productionEnvironment(apart.mockProviders), REDIS_URL: redis.url };
  const first = await startService({ env: environment });
  services = [first, await startService({ env: { ...environment, PUBLIC_URL: first.url } })];
  operator = clientOf(ADMIN_KEY);
});
afterAll(() => Promise.all([...(services ?? []).map((service) => service.stop()), apart?.stop(), redis?.stop()]));

const clientOf = (key: string, replica: 0 | 1 = 0) => createCauseway({ baseUrl: services[replica].url, apiKey: key });

async function keyWith(scopes: string[], more: { orgIds?: string[] } = {}) {
  const { data } = await operator.POST('/keys', { body: { name: 'a test', scopes, ...more } as never });
  if (data === undefined) throw new Error('no key');
  return { ...data, client: clientOf(data.key) };
}

interface Event {
  id: string;
  type: string;
  actor: { kind: string; id: string | null };
  orgId: string | null;
  userId: string | null;
  connectionId: string | null;
  detail: string | null;
  previousHash: string;
  hash: string;
}

async function audit(query: object = {}, client = operator): Promise<Event[]> {
  const { data, error } = await client.GET('/audit', { params: { query: query as never } });
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data.events;
}

async function exported(key = ADMIN_KEY): Promise<Event[]> {
  const { response, text } = await raw(`${services[1].url}/audit`, {
    key,
    headers: { accept: 'application/x-ndjson' },
  });
  expect(response.headers.get('content-type')).toContain('application/x-ndjson');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Event]));
}

const signIn = (body: object, service = services[0]) =>
  raw(`${service.url}/web-session`, {
    method: 'POST',
    key: null,
    type: 'application/json',
    body: JSON.stringify(body),
    headers: { 'sec-fetch-site': 'same-origin' },
  });

const at = (id: string) => ({ params: { path: { id } } });
const shown = ({ type, actor, orgId, userId, detail }: Event) => ({ type, actor, orgId, userId, detail });

describe('records', () => {
  test('keys, sessions and sign-ins, by whom, before they are responded to', async () => {
    const key = await keyWith(['admin'], { orgIds: ['north'] });
    const { data: session } = await key.client.POST('/sessions', { body: { orgId: 'north', userId: 'ann' } });
    const { response } = await signIn({ key: key.key });
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    await raw(`${services[1].url}/web-session`, {
      method: 'DELETE',
      key: null,
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    });
    await key.client.DELETE('/sessions/{id}', at(session?.id ?? ''));
    await key.client.DELETE('/sessions', { params: { query: { orgId: 'north', userId: 'ann' } } });
    await operator.DELETE('/keys/{id}', at(key.id));

    const by = { kind: 'key', id: key.id };
    const byOperator = { kind: 'operator', id: null };
    expect((await audit({ orgId: 'north' }, clientOf(ADMIN_KEY, 1))).map(shown)).toEqual([
      { type: 'key-revoked', actor: byOperator, orgId: 'north', userId: null, detail: `${key.id}: admin` },
      { type: 'user-sessions-ended', actor: by, orgId: 'north', userId: 'ann', detail: null },
      { type: 'session-ended', actor: by, orgId: 'north', userId: null, detail: session?.id },
      { type: 'signed-out', actor: by, orgId: 'north', userId: null, detail: null },
      { type: 'signed-in', actor: by, orgId: 'north', userId: null, detail: expect.stringMatching(/^from \S+$/) },
      {
        ...{ type: 'session-made', actor: by, orgId: 'north', userId: 'ann' },
        detail: `${session?.id}: connections:read, connections:write, items:read, syncs:read, syncs:write`,
      },
      { type: 'key-made', actor: byOperator, orgId: 'north', userId: null, detail: `${key.id}: admin` },
    ]);
  });

  test('failed sign-ins and refused keys, those of an address in a minute together', async () => {
    const revoked = await keyWith(['items:read']);
    await operator.DELETE('/keys/{id}', at(revoked.id));
    await raw(`${services[0].url}/connections`, { key: revoked.key });
    for (let i = 0; i < 40; i += 1) {
      expect((await signIn({ key: `guess-${i}` })).response.status).toBe(401);
      expect((await raw(`${services[0].url}/connections`, { key: `guess-${i}` })).response.status).toBe(401);
    }
    await eventually(async () => {
      const refused = await audit({ actor: 'anyone' });
      expect(refused.map(({ type }) => type).sort()).toEqual(['credentials-refused', 'sign-in-failed']);
      expect(refused.find(({ type }) => type === 'credentials-refused')?.detail).toContain(`key ${revoked.id}`);
    });
  });

  test('what is done with a connection, and keeps it when that is gone', async () => {
    const user = { orgId: 'south', userId: 'ann' };
    const { id } = await connect(operator, 'hubspot', user);
    await operator.GET('/connections/{id}/token', at(id));
    await operator.POST('/connections/{id}/refresh', at(id));
    await operator.POST('/connections/{id}/check', at(id));
    await connect(operator, 'hubspot', user);
    await operator.DELETE('/connections/{id}', at(id));
    await eventually(async () => {
      const events = await audit({ orgId: 'south' });
      expect(events.map(({ type }) => type).sort()).toEqual(
        ['disconnected', 'reconnected', 'checked', 'refreshed', 'token-read', 'connected'].sort(),
      );
      for (const event of events) expect(event).toMatchObject({ connectionId: id, ...user });
    });
    const [newest] = await audit({ orgId: 'south', type: 'disconnected' });
    expect(newest?.actor).toEqual({ kind: 'operator', id: null });

    // Who has disconnected this one?
    const other = await connect(operator, 'slack', user);
    const history = await audit({ connectionId: id });
    expect(history.map(({ type }) => type)).toEqual(expect.arrayContaining(['connected', 'disconnected']));
    expect(history.every(({ connectionId }) => connectionId === id)).toBe(true);
    expect((await audit({ connectionId: other.id })).map(({ type }) => type)).toEqual(['connected']);
    const { client: elsewhere } = await keyWith(['admin'], { orgIds: ['north'] });
    expect(await audit({ connectionId: id }, elsewhere)).toEqual([]);
  });
});

test('records what was authorized and refused: another account, and another user', async () => {
  const user = { orgId: 'refusing', userId: 'ann' };
  const [one, other] = ['147893286', '62515001'];
  const { id } = await connect(operator, 'hubspot', user, { account: one });
  await authorize(operator, 'hubspot', user, { connectionId: id, account: other });
  const { message } = await authorize(operator, 'hubspot', user, { finish: 'caller' });
  const body = { finishCode: message?.finishCode ?? '', orgId: 'refusing', userId: 'mallory' };
  expect((await operator.POST('/connections/finish', { body })).response.status).toBe(403);
  expect((await audit({ orgId: 'refusing', type: 'grant-refused' })).map(shown)).toEqual(
    ['hubspot: wrong-user', 'hubspot: wrong-account'].map((detail) => ({
      ...{ type: 'grant-refused', actor: { kind: 'user', id: 'ann' }, ...user },
      detail,
    })),
  );
});

test('loads do not push the read of a token out of the log of a connection', async () => {
  const { id } = await connect(operator, 'hubspot', someone());
  const key = await keyWith(['credentials:read']);
  expect((await key.client.GET('/connections/{id}/token', at(id))).response.status).toBe(200);
  for (let round = 0; round < 26; round += 1)
    await Promise.all(
      Array.from({ length: 20 }, () =>
        operator.GET('/connections/{id}/items', { params: { path: { id }, query: { limit: 1 } } }),
      ),
    );
  const { data } = await operator.GET('/connections/{id}/events', { params: { path: { id }, query: { limit: 1000 } } });
  expect(data?.events.map(({ type }) => type)).toEqual(['items-loaded', 'token-read', 'connected']);
});

test('checks and refreshes by sessions do not push it out either', async () => {
  const user = someone();
  const { id } = await connect(operator, 'hubspot', user);
  const key = await keyWith(['credentials:read']);
  await key.client.GET('/connections/{id}/token', at(id));
  for (let round = 0; round < 11; round += 1) {
    const { data: session } = await operator.POST('/sessions', { body: user });
    const client = clientOf(session?.token ?? '');
    await Promise.all(Array.from({ length: 20 }, () => client.POST('/connections/{id}/check', at(id))));
    if (round < 9) continue;
    expect((await client.POST('/connections/{id}/refresh', at(id))).error).toBeUndefined();
  }
  const { data } = await operator.GET('/connections/{id}/events', { params: { path: { id }, query: { limit: 1000 } } });
  expect(data?.events.map(({ type }) => type)).toEqual(['refreshed', 'checked', 'token-read', 'connected']);
});

test('a session that signs in a hundred times, and a key that ends sessions of nobody, add few entries', async () => {
  const user = { orgId: 'flooded', userId: 'ann' };
  const key = await keyWith(['sessions:write'], { orgIds: ['flooded'] });
  const { data: session } = await key.client.POST('/sessions', { body: user });
  for (let i = 0; i < 100; i += 1) expect((await signIn({ token: session?.token })).response.status).toBeLessThan(300);
  const nobody = { orgId: 'flooded', userId: 'nobody' };
  for (let i = 0; i < 100; i += 1) await key.client.DELETE('/sessions', { params: { query: nobody } });
  const all = await audit({ orgId: 'flooded' });
  // Two where a minute ended meanwhile.
  expect(all.filter(({ type }) => type === 'signed-in').length).toBeLessThanOrEqual(2);
  const ended = all.filter(({ type, detail }) => type === 'user-sessions-ended' && detail === null);
  expect(ended.length).toBeLessThanOrEqual(10);
});

describe('an organization', () => {
  test('sees its own entries only, and of those all', async () => {
    const key = await keyWith(['admin'], { orgIds: ['east'] });
    await keyWith(['items:read'], { orgIds: ['west'] });
    await keyWith(['items:read']);
    const ofBoth = await keyWith(['items:read'], { orgIds: ['west', 'east'] });
    const seen = await audit({}, key.client);
    expect(seen.map(({ type, orgId, detail }) => ({ type, orgId, detail }))).toEqual([
      { type: 'key-made', orgId: 'east', detail: `${ofBoth.id}: items:read` },
      { type: 'key-made', orgId: 'east', detail: `${key.id}: admin` },
    ]);
    expect((await exported(key.key)).map(({ id }) => id)).toEqual(seen.map(({ id }) => id).toReversed());
    const { response, error } = await key.client.GET('/audit', { params: { query: { orgId: 'west' } } });
    expectProblem({ response, error }, 'forbidden', 403);
  });

  test.each([['connections:read'], ['credentials:read']])('needs the scope admin, not %s', async (scope) => {
    const { client } = await keyWith([scope], { orgIds: ['east'] });
    const { response, error } = await client.GET('/audit');
    expectProblem({ response, error }, 'forbidden', 403);
  });
});

test.each([
  ['type=anything', '?type'],
  ['from=yesterday', '?from'],
  ['to=2026-13-01', '?to'],
  ['orgId=a b', '?orgId'],
  ['limit=0', '?limit'],
  ['cursor=changed', '?cursor'],
  ['what=ever', '?what'],
])('refuses %s', async (query, pointer) => {
  const { response, error } = await raw(`${services[0].url}/audit?${query}`);
  expect([response.status, error?.slug, error?.errors?.[0]?.pointer]).toEqual([400, 'invalid-request', pointer]);
});

test('holds no key, token, session, code or state, and no query', async () => {
  const { id } = await connect(operator, 'airtable', someone());
  const key = await keyWith(['credentials:read', 'proxy', 'sessions:write']);
  const { data: token } = await key.client.GET('/connections/{id}/token', at(id));
  const { data: session } = await key.client.POST('/sessions', { body: { orgId: 'acme', userId: 'ann' } });
  await raw(`${services[0].url}/connections/${id}/proxy/v0/meta/whoami?secret=in-the-query`, { key: key.key });
  await signIn({ key: 'a-key-that-is-mistyped' });
  await raw(`${services[0].url}/connections`, { key: 'another-key-that-is-mistyped' });
  await eventually(async () => expect((await audit({ actor: key.id })).map(({ type }) => type)).toContain('proxied'));
  const text = JSON.stringify(await exported());
  const secrets = [key.key, ADMIN_KEY, token?.accessToken, session?.token, 'mistyped', 'in-the-query', 'cwk_', 'cws_'];
  for (const secret of secrets) expect(text).not.toContain(secret ?? '');
});

const COMMAND = fileURLToPath(new URL('../../../dist/service/causeway.js', import.meta.url));

const verify = (args: string[] = [], env = environment): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [COMMAND, 'verify-audit', ...args],
      { cwd: services[0].directory, env },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

test('is one chain of what both replicas write at once, which a command and an export show', async () => {
  const people: User[] = Array.from({ length: 40 }, (_, i) => ({ orgId: 'busy', userId: `user-${i}` }));
  await Promise.all(people.map((user, i) => clientOf(ADMIN_KEY, (i % 2) as 0 | 1).POST('/sessions', { body: user })));
  expect(await audit({ orgId: 'busy' })).toHaveLength(40);
  const all = await exported();
  for (const [index, event] of all.entries()) {
    const { hash, ...rest } = event;
    const sorted = Object.fromEntries(
      Object.entries({ ...rest, actor: { id: rest.actor.id, kind: rest.actor.kind } }).sort(([a], [b]) =>
        a < b ? -1 : 1,
      ),
    );
    expect(
      createHash('sha256')
        .update(`${event.previousHash}\n${JSON.stringify(sorted)}`)
        .digest('hex'),
    ).toBe(hash);
    expect(event.previousHash).toBe(index === 0 ? '0'.repeat(64) : all[index - 1]?.hash);
  }
  const { code, stdout } = await verify();
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^ok: \d+ entries, from 20\S+Z to 20\S+Z\n/),
  });

  const file = join(services[0].directory, 'export.ndjson');
  const write = (events: Event[]) => writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  await write(all);
  // No settings: an export is verified on any machine.
  expect(await verify([file], {})).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`ok: ${all.length} entries`),
  });
  await write(all.map((event, i) => (i === 5 ? { ...event, type: 'checked' } : event)));
  expect(await verify([file], {})).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${all[5]?.id} in line 6`),
  });
  expect(await verify(['nothing.ndjson'], {})).toMatchObject({ code: 2 });
  await write([]);
  expect(await verify([file], {})).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('nothing to verify'),
  });
});

test('is there after a crash: what was responded to was stored', async () => {
  const { data: session } = await clientOf(ADMIN_KEY, 1).POST('/sessions', { body: { orgId: 'crash', userId: 'ann' } });
  await services[1].kill();
  await redis.kill();
  await redis.restart();
  await services[1].restart();
  await eventually(async () =>
    expect((await audit({ orgId: 'crash' })).map(({ detail }) => detail?.split(':')[0])).toEqual([session?.id]),
  );
});

test('tells what was done to it in Redis, and goes on', async () => {
  const [log, head] = ['log:chain', 'value:head'].map((name) => `causeway:{audit}:${name}`) as [string, string];
  await operator.POST('/sessions', { body: someone() });
  expect(await verify()).toMatchObject({ code: 0 });
  const [newest] = (await redisCli(redis.port, 'XREVRANGE', log, '+', '-', 'COUNT', '3')).split('\n').slice(-3);
  expect(await redisCli(redis.port, 'XDEL', log, newest ?? '')).toBe('1');
  expect(await verify()).toMatchObject({ code: 1, stderr: expect.stringContaining('were removed or moved') });
  expect(await redisCli(redis.port, 'SET', head, 'something else')).toBe('OK');
  // Where the entry of a minute that has ended came first, it already says so.
  expect(await verify()).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/head (of the chain is|was) missing/),
  });
  const { response } = await operator.POST('/sessions', { body: { orgId: 'goes-on', userId: 'ann' } });
  expect(response.status).toBe(201);
  expect(await audit({ orgId: 'goes-on' })).toHaveLength(1);
  expect((await audit({ type: 'chain-restarted' })).map(({ detail }) => detail)).toEqual(['the head was missing']);
});

test('is written to the end when the service stops, also with the embedded store', async () => {
  const { REDIS_URL: _, ...env } = environment;
  const service = await startService({ env });
  const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  for (let i = 0; i < 5; i += 1) await signIn({ key: `guess-${i}` }, service);
  await client.POST('/sessions', { body: { orgId: 'acme', userId: 'ann' } });
  await service.restart();
  const events = await audit({}, client);
  expect(events.map(({ type, detail }) => `${type} ${detail?.replace(/from .*|ses_.*/, '…')}`)).toEqual([
    'sign-in-failed 4 more within a minute: 4 …',
    'session-made …',
    'sign-in-failed …',
  ]);
  await service.stop();
});
