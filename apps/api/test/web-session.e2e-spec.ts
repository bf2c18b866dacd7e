import { createCauseway, type CausewayClient } from '@causeway/client';
import { startMockProviders, type Service, type MockProvidersProcess } from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { listen } from './support/listen.js';
import { someone, type User } from './support/users.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { raw, type RawAnswer, type RawRequest } from './support/raw.js';
import { startSandboxMode } from './support/sandbox-mode.js';

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

/** As a browser says that a page of the service itself asks. */
const OWN = { 'sec-fetch-site': 'same-origin' };

type Headers = Record<string, string>;

const signIn = (key: unknown, headers: Headers = OWN, at: Service = service) =>
  raw(`${at.url}/web-session`, {
    method: 'POST',
    key: null,
    type: 'application/json',
    body: JSON.stringify({ key }),
    headers,
  });

const setCookieOf = ({ response }: RawAnswer): string => response.headers.getSetCookie().join('\n');

async function cookieFor(key: string): Promise<string> {
  const answer = await signIn(key);
  expect(answer.response.status).toBe(204);
  return setCookieOf(answer).split(';')[0] ?? '';
}

const ask = (cookie: string, path: string, { headers = OWN, ...more }: Omit<RawRequest, 'key'> = {}) =>
  raw(`${service.url}${path}`, { key: null, ...more, headers: { cookie, ...(headers as Headers) } });

async function apiKey(body: {
  scopes: ('connections:read' | 'admin' | 'items:read')[];
  orgIds?: string[];
  expiresAt?: string;
}) {
  const { data } = await operator.POST('/keys', { body: { name: 'a test', ...body } });
  if (!data) throw new Error('no key');
  return data;
}

async function tokenFor(user: User, expiresInSeconds = 900): Promise<string> {
  const { data } = await operator.POST('/sessions', { body: { ...user, expiresInSeconds } });
  return data?.token ?? '';
}

const json = ({ text }: RawAnswer) => JSON.parse(text) as Record<string, unknown>;

describe('signing in', () => {
  test('exchanges the admin key for a cookie that no script reads and no other site sends', async () => {
    const answer = await signIn(ADMIN_KEY);
    expect([answer.response.status, answer.text]).toEqual([204, '']);
    const [pair = '', ...attributes] = setCookieOf(answer).split('; ');
    expect(pair).toMatch(/^causeway-session=v2\.k1\.[\w-]{100,}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict']);
    expect(answer.response.headers.get('cache-control')).toBe('no-store');
  });

  test('names the cookie for this host alone on https', async () => {
    const behind = await startProduction(apart.mockProviders, { PUBLIC_URL: 'https://connect.example.com' });
    const cookie = setCookieOf(await signIn(ADMIN_KEY, OWN, behind));
    expect(cookie).toMatch(/^__Host-causeway-session=\S+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    const value = cookie.split(';')[0] ?? '';
    const who = (sent: string) =>
      raw(`${behind.url}/web-session`, { key: null, headers: { ...OWN, cookie: sent } }).then(
        ({ response }) => response.status,
      );
    expect(await who(value)).toBe(200);
    // Another host of the same domain could set this one.
    expect(await who(value.replace('__Host-', ''))).toBe(401);
    await behind.stop();
  });

  test('tells who that is, and what they may do: no credential is read by a cookie', async () => {
    const cookie = await cookieFor(ADMIN_KEY);
    const answer = await ask(cookie, '/web-session');
    expect(json(answer)).toEqual({
      kind: 'operator',
      keyId: null,
      scopes: [
        ...['connections:read', 'connections:write', 'items:read', 'syncs:read', 'syncs:write'],
        ...['webhooks:read', 'webhooks:write', 'sessions:write', 'admin'],
      ],
      orgIds: null,
      userId: null,
      integrations: null,
      expiresAt: expect.any(String),
    });
    expect(Math.abs(Date.parse(json(answer)['expiresAt'] as string) - Date.now() - 43_200_000)).toBeLessThan(60_000);
    const { id } = await connect(operator, 'hubspot', someone());
    expectProblem(await ask(cookie, `/connections/${id}/token`), 'forbidden', 403);
    expect((await ask(cookie, `/connections/${id}`)).response.status).toBe(200);
  });

  test.each([
    ['a wrong key', 'x'.repeat(40)],
    ['the admin key, almost', `${ADMIN_KEY}x`],
    ['a key that nobody has', `cwk_0123456789abcdef_${'A'.repeat(43)}`],
    ['a session token that nobody made', 'cws_v2.k1.AAAA'],
  ])('with %s is refused, and gives no cookie', async (_what, key) => {
    const answer = await signIn(key);
    expectProblem(answer, 'unauthenticated', 401);
    expect(setCookieOf(answer)).toBe('');
    expect(answer.text).not.toContain(key);
  });

  test.each([
    ['nothing', undefined],
    ['a number', 7],
    ['an empty text', ''],
    ['a book', 'x'.repeat(5_000)],
  ])('with %s points at the key', async (_what, key) => {
    const answer = await signIn(key);
    expectProblem(answer, 'invalid-request', 400);
    expect(answer.error?.errors?.map(({ pointer }) => pointer)).toEqual(['/key']);
  });

  test('the header says who is calling where both are there', async () => {
    const cookie = await cookieFor(ADMIN_KEY);
    const limited = await apiKey({ scopes: ['items:read'] });
    const answer = await raw(`${service.url}/web-session`, { key: limited.key, headers: { cookie } });
    expect(json(answer)).toMatchObject({ kind: 'key', scopes: ['items:read'], expiresAt: null });
    expect(
      (await raw(`${service.url}/web-session`, { key: 'wrong', headers: { ...OWN, cookie } })).response.status,
    ).toBe(401);
  });
});

describe('what it was opened with', () => {
  test('an API key gives its own scopes and organizations', async () => {
    const [mine, theirs] = [someone(), someone()];
    const connections = await Promise.all([mine, theirs].map((user) => connect(operator, 'notion', user)));
    const { key } = await apiKey({ scopes: ['connections:read'], orgIds: [mine.orgId] });
    const cookie = await cookieFor(key);
    expect(json(await ask(cookie, '/web-session'))).toMatchObject({
      kind: 'key',
      scopes: ['connections:read'],
      orgIds: [mine.orgId],
      userId: null,
    });
    const { connections: seen } = json(await ask(cookie, '/connections')) as { connections: { id: string }[] };
    expect(seen.map(({ id }) => id)).toEqual([connections[0]?.id]);
    expectProblem(await ask(cookie, `/connections/${connections[1]?.id}`), 'unknown-connection', 404);
    expectProblem(await ask(cookie, '/keys'), 'forbidden', 403);
  });

  test('a key that is revoked ends it, and its live stream', async () => {
    const { id, key } = await apiKey({ scopes: ['connections:read'] });
    const cookie = await cookieFor(key);
    const stream = await listen(`${service.url}/events`, { ...OWN, cookie });
    expect((await ask(cookie, '/connections')).response.status).toBe(200);
    await operator.DELETE('/keys/{id}', { params: { path: { id } } });
    expectProblem(await ask(cookie, '/connections'), 'unauthenticated', 401);
    await connect(operator, 'notion', someone());
    await eventually(async () => expect(stream.isOver()).toBe(true));
    expect(stream.heard).toEqual([]);
  });

  test('a key that ends is the end of it', async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const { key } = await apiKey({ scopes: ['connections:read'], expiresAt });
    const answer = await signIn(key);
    expect(Number(/Max-Age=(\d+)/.exec(setCookieOf(answer))?.[1])).toBeLessThanOrEqual(1);
    const cookie = setCookieOf(answer).split(';')[0] ?? '';
    expect(json(await ask(cookie, '/web-session'))['expiresAt']).toBe(expiresAt);
    await new Promise((resolve) => setTimeout(resolve, Date.parse(expiresAt) - Date.now() + 5));
    expectProblem(await ask(cookie, '/web-session'), 'unauthenticated', 401);
  });

  test('a session token acts for its one user', async () => {
    const user = someone();
    const { id } = await connect(operator, 'notion', user);
    const other = await connect(operator, 'notion', { ...user, userId: 'bob' });
    const cookie = await cookieFor(await tokenFor(user));
    expect(json(await ask(cookie, '/web-session'))).toMatchObject({
      kind: 'session',
      orgIds: [user.orgId],
      userId: user.userId,
    });
    const { connections } = json(await ask(cookie, '/connections')) as { connections: { id: string }[] };
    expect(connections.map((connection) => connection.id)).toEqual([id]);
    expectProblem(await ask(cookie, `/connections/${other.id}`), 'unknown-connection', 404);
    expectProblem(await ask(cookie, '/keys'), 'forbidden', 403);
  });

  test('another admin key ends it', async () => {
    const alone = await startProduction(apart.mockProviders);
    const cookie = setCookieOf(await signIn(ADMIN_KEY, OWN, alone)).split(';')[0] ?? '';
    const who = () => raw(`${alone.url}/web-session`, { key: null, headers: { ...OWN, cookie } });
    expect((await who()).response.status).toBe(200);
    await alone.restart({ ADMIN_KEY: `another-${ADMIN_KEY}` });
    expectProblem(await who(), 'unauthenticated', 401);
    await alone.stop();
  });

  test('a cookie that was changed, and a session token in its place, open nothing', async () => {
    const cookie = await cookieFor(ADMIN_KEY);
    const changed = cookie.slice(0, -2) + (cookie.endsWith('AA') ? 'BB' : 'AA');
    const token = (await tokenFor(someone())).replace('cws_', '');
    for (const sent of [changed, `causeway-session=${token}`, 'causeway-session='])
      expectProblem(await ask(sent, '/web-session'), 'unauthenticated', 401);
    // And the other way round.
    const bearer = `cws_${cookie.slice(cookie.indexOf('=') + 1)}`;
    expect((await raw(`${service.url}/web-session`, { key: bearer })).response.status).toBe(401);
  });
});

describe('signing out', () => {
  test('takes the cookie back, and ends it also where it was copied to', async () => {
    const cookie = await cookieFor(ADMIN_KEY);
    const another = await cookieFor(ADMIN_KEY);
    const stream = await listen(`${service.url}/events`, { ...OWN, cookie });
    const out = await ask(cookie, '/web-session', { method: 'DELETE' });
    expect(out.response.status).toBe(204);
    expect(setCookieOf(out)).toBe('causeway-session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict');
    expectProblem(await ask(cookie, '/connections'), 'unauthenticated', 401);
    expect((await ask(another, '/connections')).response.status).toBe(200);
    await connect(operator, 'notion', someone());
    await eventually(async () => expect(stream.isOver()).toBe(true));
    expect(stream.heard).toEqual([]);
  });

  test('of nobody does no harm', async () => {
    for (const cookie of ['', 'causeway-session=nonsense'])
      expect((await ask(cookie, '/web-session', { method: 'DELETE' })).response.status).toBe(204);
  });
});

describe('a request that a browser sends the cookie with', () => {
  let cookie: string;
  beforeAll(async () => {
    cookie = await cookieFor(ADMIN_KEY);
  });

  const change = (headers: Headers) => ask(cookie, '/keys/unknown', { method: 'DELETE', headers });
  const look = (headers: Headers) => ask(cookie, '/connections', { headers });

  test('changes something for a page of the service itself', async () => {
    for (const headers of [
      OWN,
      { origin: service.url },
      { ...OWN, origin: service.url.replace('localhost', '127.0.0.1') },
    ])
      expectProblem(await change(headers), 'not-found', 404);
  });

  test.each<[string, Headers]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['nobody’s page, which cannot be', { 'sec-fetch-site': 'none' }],
    ['another site that claims our origin', { 'sec-fetch-site': 'cross-site', origin: 'ours' }],
    ['another origin, in a browser that says nothing more', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['who says nothing of himself', {}],
  ])('changes nothing for %s', async (_who, { origin, ...headers }) => {
    const said = origin === undefined ? headers : { ...headers, origin: origin === 'ours' ? service.url : origin };
    expectProblem(await change(said), 'forbidden', 403);
    const out = await ask(cookie, '/web-session', { method: 'DELETE', headers: said });
    expectProblem(out, 'forbidden', 403);
    expect(setCookieOf(out)).toBe('');
    const signedIn = await signIn(ADMIN_KEY, said);
    expectProblem(signedIn, 'forbidden', 403);
    expect(setCookieOf(signedIn)).toBe('');
    expect((await look(OWN)).response.status).toBe(200);
  });

  test.each<[string, Headers]>([
    ['a page of the service', OWN],
    ['a typed address', { 'sec-fetch-site': 'none' }],
    ['an old browser', {}],
  ])('reads for %s', async (_who, headers) => {
    expect((await look(headers)).response.status).toBe(200);
  });

  test.each<[string, Headers]>([
    ['an image of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a link of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['a page of another host of the same site', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
    ['a page of another origin', { origin: 'https://evil.example' }],
  ])('reads nothing for %s', async (_who, headers) => {
    expectProblem(await look(headers), 'forbidden', 403);
  });

  test('goes to a provider by a plain link of the web app, and by no link of another site', async () => {
    const path = `/integrations/hubspot/authorize?${new URLSearchParams({ ...someone() }).toString()}`;
    const follow = (headers: Headers) =>
      fetch(`${service.url}${path}`, {
        redirect: 'manual',
        headers: { cookie, 'sec-fetch-mode': 'navigate', ...headers },
      });
    const own = await follow(OWN);
    expect(own.status).toBe(302);
    expect(own.headers.get('location')).toMatch(new RegExp(`^${service.url}/connect/`));
    expect((await follow({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('asks nothing more of a key in the header', async () => {
    const { response } = await raw(`${service.url}/connections`, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(response.status).toBe(200);
  });
});

test('guessing keys by signing in is refused after some hundred, and stops no one who is signed in', async () => {
  // A program on this machine may be a proxy for many: only its failures with one key count together.
  const alone = await startProduction(apart.mockProviders, { TRUST_PROXY: 'on' });
  const own = { ...OWN, 'x-forwarded-for': '203.0.113.20' };
  const cookie = setCookieOf(await signIn(ADMIN_KEY, own, alone)).split(';')[0] ?? '';
  const look = () => raw(`${alone.url}/connections`, { key: null, headers: { ...own, cookie } });
  expect((await look()).response.status).toBe(200);
  const statuses: number[] = [];
  for (let i = 0; i < 800; i += 10) {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, j) => signIn(`guess-${i + j}`, own, alone)));
    statuses.push(...answers.map(({ response }) => response.status));
  }
  const refused = statuses.filter((status) => status === 429).length;
  expect(refused).toBeGreaterThan(50);
  expect(refused).toBeLessThan(210);
  expectProblem(await raw(`${alone.url}/connections`, { key: 'a-guess', headers: own }), 'too-many-requests', 429);
  expect((await look()).response.status).toBe(200);
  await alone.stop();
});

test('in sandbox mode nobody has to sign in', async () => {
  const { service: sandbox } = await startSandboxMode();
  const who = (headers: Headers) => raw(`${sandbox.url}/web-session`, { key: null, headers });
  expect(json(await who({}))).toMatchObject({ kind: 'anyone', orgIds: null, userId: null, expiresAt: null });
  expect(json(await who({ cookie: 'causeway-session=of-another-service' }))).toMatchObject({ kind: 'anyone' });
  await sandbox.stop();
});

test('an administrator is told what to register at the providers, and nobody else', async () => {
  const setup = (key: string) => createCauseway({ baseUrl: service.url, apiKey: key }).GET('/integrations/setup');
  const { data } = await setup(ADMIN_KEY);
  expect(data?.setups).toHaveLength(4);
  for (const { integration, redirectUri, apiUrl } of data?.setups ?? []) {
    expect(redirectUri).toBe(`${service.url}/integrations/${integration}/oauth2callback`);
    expect(apiUrl).toBe(`${apart.mockProviders.url}/${integration}`);
  }
  const { key } = await apiKey({ scopes: ['connections:read'] });
  expectProblem(await setup(key), 'forbidden', 403);
});

test('a session token is taken under its own name too, but not beside a key', async () => {
  const user = someone();
  const token = await tokenFor(user);
  const send = (body: object) =>
    raw(`${service.url}/web-session`, {
      method: 'POST',
      key: null,
      type: 'application/json',
      body: JSON.stringify(body),
      headers: OWN,
    });
  expect((await send({ token })).response.status).toBe(204);
  for (const body of [{ key: ADMIN_KEY, token }, {}]) {
    const { response, error } = await send(body);
    expectProblem({ response, error }, 'invalid-request', 400);
  }
});
