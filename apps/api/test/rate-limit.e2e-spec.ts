import {
  startRedis,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { startProduction } from './support/production.js';
import { expectProblem, retryAfterOf } from './support/problems.js';
import { raw, type RawAnswer } from './support/raw.js';
import { startSandboxMode } from './support/sandbox-mode.js';

let mockProcess: MockProvidersProcess;
let redis: RedisServer;
let replicas: Service[];
let alone: Service;
beforeAll(async () => {
  [mockProcess, redis] = await Promise.all([startMockProviders(), startRedis()]);
  const behindProxy = { REDIS_URL: redis.url, TRUST_PROXY: 'on' };
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

test('refuses a client behind the proxy above its rate limit, at all replicas, with a Retry-After', async () => {
  const answers = await flood(200, (i) => callback(replicas[i % 2], '203.0.113.7'));
  expect(refused(answers).length).toBeGreaterThan(20);
  expect(200 - refused(answers).length).toBeGreaterThanOrEqual(120);
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

test('refuses a client that guesses keys, but not a valid key from the same address', async () => {
  const good = await raw(`${alone.url}/connections`);
  expect(good.response.status).toBe(200);
  const answers = await flood(800, (i) => raw(`${alone.url}/connections`, { key: `guess-${i}` }));
  expect(refused(answers).length).toBeGreaterThan(50);
  expect(refused(answers).length).toBeLessThan(210);
  expect((await raw(`${alone.url}/connections`)).response.status).toBe(200);
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
