import { createCauseway } from '@causeway/client';
import {
  startRedis,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { exchange } from './support/exchange.js';
import { ADMIN_KEY, encryptionKeys, startProduction } from './support/production.js';
import { expectProblem, retryAfterOf } from './support/problems.js';
import { raw, type RawAnswer } from './support/raw.js';
import { startSandboxMode } from './support/sandbox-mode.js';

let mockProcess: MockProvidersProcess;
let redis: RedisServer;
let replicas: Service[];
let alone: Service;
beforeAll(async () => {
  [mockProcess, redis] = await Promise.all([startMockProviders(), startRedis()]);
  const behindProxy = { REDIS_URL: redis.url, TRUST_PROXY: 'on', ENCRYPTION_KEYS: encryptionKeys() };
  replicas = await Promise.all([1, 2].map(() => startProduction(mockProcess.mockProviders, behindProxy)));
  alone = await startProduction(mockProcess.mockProviders);
});
afterAll(async () => {
  await Promise.all([...(replicas ?? []), alone].map((service) => service?.stop()));
  await Promise.all([mockProcess?.stop(), redis?.stop()]);
});

const callback = (service: Service | undefined, forwarded: string, path = '/integrations/notion/oauth2callback') =>
  raw(`${service?.url}${path}`, { key: null, headers: { 'x-forwarded-for': forwarded } });

async function flood(times: number, ask: (i: number) => Promise<RawAnswer>): Promise<RawAnswer[]> {
  const answers: RawAnswer[] = [];
  for (let i = 0; i < times; i += 10)
    answers.push(...(await Promise.all(Array.from({ length: 10 }, (_, j) => ask(i + j)))));
  return answers;
}

const refused = (answers: readonly RawAnswer[]) => answers.filter(({ response }) => response.status === 429);

/**
 * Asks until 100 requests were refused, 3,000 times at most. Requests pass while a busy store responds, so how many
 * pass before says nothing; a limit that does not count these requests together refuses none of them.
 */
async function expectRefusals(ask: (i: number) => Promise<RawAnswer>): Promise<void> {
  let refusals = 0;
  for (let i = 0; i < 3_000 && refusals < 100; i += 50) refusals += refused(await flood(50, (j) => ask(i + j))).length;
  expect(refusals).toBeGreaterThanOrEqual(100);
}

test('refuses a client behind the proxy above its rate limit, at all replicas, with a Retry-After', async () => {
  const answers = await flood(100, (i) => callback(replicas[i % 2], '203.0.113.7'));
  expect(refused(answers)).toEqual([]);
  await expectRefusals((i) => callback(replicas[i % 2], '203.0.113.7'));
  const again = await Promise.all(replicas.map((service) => callback(service, '203.0.113.7')));
  for (const answer of again) {
    expectProblem(answer, 'too-many-requests', 429);
    const seconds = retryAfterOf(answer);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
  }
  // The address that the proxy added counts, not the one that the client claims.
  expect(refused([await callback(replicas[0], '198.51.100.1, 203.0.113.7')])).toHaveLength(1);
  expect(refused([await callback(replicas[0], '203.0.113.7, 198.51.100.1')])).toEqual([]);
});

test('ignores X-Forwarded-For from a proxy that is not trusted', async () => {
  const answers = await flood(200, () => callback(alone, '203.0.113.7'));
  // Requests that passed while the store was responding are counted later, and would be refused from then on.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  answers.push(...(await flood(20, () => callback(alone, '203.0.113.7'))));
  expect(refused(answers)).toEqual([]);
});

const guess = (service: Service | undefined, address: string, key: string) =>
  raw(`${service?.url}/connections`, { key, headers: { 'x-forwarded-for': address } });

test('refuses a client that guesses keys, but not a valid key from the same address', async () => {
  const address = '203.0.113.77';
  expect((await guess(replicas[0], address, ADMIN_KEY)).response.status).toBe(200);
  const answers = await flood(590, (i) => guess(replicas[0], address, `guess-${i}`));
  expect(refused(answers)).toEqual([]);
  await expectRefusals((i) => guess(replicas[0], address, `another-guess-${i}`));
  expect((await guess(replicas[0], address, ADMIN_KEY)).response.status).toBe(200);
});

test('counts an address once, however a proxy writes it', async () => {
  const forms = [
    (i: number) => `203.0.113.78:${1024 + i}`,
    (i: number) => `[::ffff:203.0.113.78]:${1024 + i}`,
    () => '::ffff:203.0.113.78',
  ];
  await expectRefusals((i) => callback(replicas[0], forms[i % 3]?.(i) ?? ''));
  expect(refused([await callback(replicas[0], '203.0.113.78')])).toHaveLength(1);
  await expectRefusals((i) => callback(replicas[0], `[2001:db8:7:7::${i.toString(16)}%zone${i}]:${1024 + i}`));
});

test('counts a route, however its path is written', async () => {
  const paths = ['/%77eb-session', '/web%2Dsession', '/web-session', '/%77%65%62-session?x=1'];
  const signIn = (i: number) =>
    raw(`${replicas[0]?.url}${paths[i % paths.length]}`, {
      method: 'POST',
      key: null,
      type: 'application/json',
      body: JSON.stringify({ key: `guess-${i}` }),
      headers: { 'x-forwarded-for': '203.0.113.79', 'sec-fetch-site': 'same-origin', cookie: `causeway-session=${i}` },
    });
  const answers = await flood(20, signIn);
  expect(answers.map(({ response }) => response.status)).toEqual(Array<number>(20).fill(401));
  const pages = [
    '/integrations/notion/oauth2callback',
    '/integrations/notion/%6fauth2callback',
    '/%69ntegrations/x/oauth2callback',
  ];
  await expectRefusals((i) => callback(replicas[0], '203.0.113.80', pages[i % pages.length]));
  // No other spelling is a route.
  for (const path of ['//web-session', '/WEB-SESSION', '/web-session/', '/./web-session', '/health//ready'])
    expect([path, (await exchange(replicas[0]?.url ?? '', path)).status]).toEqual([path, 404]);
});

test('does not let the failures of others lock anybody out behind a proxy on this machine', async () => {
  const answers = await flood(800, (i) => raw(`${alone.url}/connections`, { key: `guess-${i}` }));
  expect(refused(answers)).toEqual([]);
  const { data } = await createCauseway({ baseUrl: alone.url, apiKey: ADMIN_KEY }).POST('/keys', {
    body: { name: 'new', scopes: ['connections:read'] },
  });
  expect((await raw(`${alone.url}/connections`, { key: data?.key ?? '' })).response.status).toBe(200);
  // One that goes on with a bad key is refused by itself.
  await expectRefusals(() => raw(`${alone.url}/connections`, { key: 'a-wrong-key' }));
  expect((await raw(`${alone.url}/connections`, { key: 'another-wrong-key' })).response.status).toBe(401);
});

test('limits a revoked key as a bad one, though it was accepted before', async () => {
  const address = '203.0.113.81';
  const operator = createCauseway({ baseUrl: replicas[0]?.url ?? '', apiKey: ADMIN_KEY });
  const { data } = await operator.POST('/keys', { body: { name: 'to be revoked', scopes: ['connections:read'] } });
  const { key, id } = data ?? { key: '', id: '' };
  expect((await guess(replicas[0], address, key)).response.status).toBe(200);
  await operator.DELETE('/keys/{id}', { params: { path: { id } } });
  await expectRefusals(() => guess(replicas[0], address, key));
});

test('never refuses health checks', async () => {
  const answers = await flood(700, () => callback(replicas[0], '203.0.113.99', '/health/ready'));
  expect(refused(answers)).toEqual([]);
});

test('lets a page of a configured origin read the 429', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.7', origin: 'http://localhost:3000' };
  const { response } = await raw(`${replicas[0]?.url}/integrations/notion/oauth2callback`, { key: null, headers });
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
    429,
    'http://localhost:3000',
  ]);
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('refuses nobody while the store is unavailable', async () => {
  await redis.kill();
  const answers = await flood(300, () => callback(replicas[1], '203.0.113.50', '/openapi.json'));
  await redis.restart();
  expect(answers.map(({ response }) => response.status)).toEqual(Array<number>(300).fill(200));
});

test('limits nobody in sandbox mode', async () => {
  const { service } = await startSandboxMode({ TRUST_PROXY: 'on' });
  const answers = await flood(700, (i) =>
    raw(`${service.url}/connections`, { key: `guess-${i}`, headers: { 'x-forwarded-for': '203.0.113.7' } }),
  );
  await service.stop();
  expect(refused(answers)).toEqual([]);
});
