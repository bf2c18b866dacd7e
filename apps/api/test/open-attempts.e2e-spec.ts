import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  BrowserUser,
  redisCli,
  startMockProviders,
  startRedis,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { authorizationUrl, authorize, connect } from './support/connect.js';
import { expectProblem, retryAfterOf } from './support/problems.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { someone, type User } from './support/users.js';

const LIMITS = { LIMIT_ATTEMPTS_PER_USER: '3', LIMIT_ATTEMPTS_PER_ORG: '5' };
const params = { path: { integration: 'hubspot' } };

let apart: MockProvidersProcess;
let redis: RedisServer;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  await unlimited(apart.mockProviders);
});
afterAll(() => Promise.all([apart?.stop(), redis?.stop()]));

describe.each(['embedded', 'redis'] as const)('attempts that are open, %s store', (kind) => {
  let service: Service;
  let causeway: CausewayClient;
  beforeAll(async () => {
    service = await startProduction(apart.mockProviders, {
      ...LIMITS,
      ...(kind === 'redis' ? { REDIS_URL: redis.url } : {}),
    });
    causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  });
  afterAll(() => service?.stop());

  const start = (user: User) => causeway.POST('/integrations/{integration}/authorize', { params, body: user });
  const statuses = async (user: User, count: number) =>
    (await Promise.all(Array.from({ length: count }, () => start(user)))).map(({ response }) => response.status).sort();

  test('of one user, or of one organization, are refused beyond the limit, and nobody else is', async () => {
    const user = someone();
    expect(await statuses(user, 6)).toEqual([201, 201, 201, 429, 429, 429]);
    const refused = await start(user);
    expectProblem(refused, 'too-many-requests', 429);
    expect(retryAfterOf(refused)).toBeGreaterThan(590);
    expect(retryAfterOf(refused)).toBeLessThanOrEqual(600);
    const colleague = { ...user, userId: 'bob' };
    expect(await statuses(colleague, 3)).toEqual([201, 201, 429]);
    expect(await statuses(someone(), 3)).toEqual([201, 201, 201]);
  });

  test.each([
    ['a connection', (user: User) => authorize(causeway, 'hubspot', user)],
    ['a grant that was finished', (user: User) => connect(causeway, 'hubspot', user, { finish: 'caller' })],
    ['Deny', (user: User) => authorize(causeway, 'hubspot', user, { decision: 'deny' })],
    [
      'Cancel',
      async (user: User) => {
        const browserUser = new BrowserUser();
        const url = await authorizationUrl(causeway, 'hubspot', user, { finish: 'person' });
        await browserUser.decide(url, (await browserUser.openConfirmation(url)).token, 'cancel');
      },
    ],
  ])('count no more after %s', async (_name, end) => {
    const user = someone();
    for (let time = 0; time < 5; time += 1) await end(user);
    expect(await statuses(user, 4)).toEqual([201, 201, 201, 429]);
  });

  test('still count while their grants wait to be finished', async () => {
    const user = someone();
    for (let time = 0; time < 3; time += 1) await authorize(causeway, 'hubspot', user, { finish: 'caller' });
    expectProblem(await start(user), 'too-many-requests', 429);
  });

  test('still count when they were opened in a browser', async () => {
    const user = someone();
    for (let time = 0; time < 3; time += 1)
      await new BrowserUser().open(await authorizationUrl(causeway, 'hubspot', user));
    expectProblem(await start(user), 'too-many-requests', 429);
  });
});

test('the store keeps less than a kilobyte of one, whatever it is for', async () => {
  const small = await startRedis();
  const service = await startProduction(apart.mockProviders, { REDIS_URL: small.url });
  try {
    const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    const bytes = async () =>
      Number(/used_memory_dataset:(\d+)/.exec(await redisCli(small.port, 'INFO', 'memory'))?.[1]);
    const scopes = Array.from({ length: 19 }, (_, at) => `${at}`.padEnd(100, 'x'));
    const returnTo = `http://localhost:3000/${'a'.repeat(2_000)}`;
    const startOne = () =>
      causeway.POST('/integrations/{integration}/authorize', { params, body: { ...someone(), scopes, returnTo } });
    const url = new URL((await startOne()).data?.authorizationUrl ?? '');
    const opened = await fetch(url, { redirect: 'manual' });
    expect(new URL(opened.headers.get('location') ?? '').searchParams.get('scope')).toBe(scopes.join(' '));
    const before = await bytes();
    const count = 400;
    for (let at = 0; at < count; at += 1) await startOne();
    expect(((await bytes()) - before) / count).toBeLessThan(1024);
  } finally {
    await service.stop();
    await small.stop();
  }
});

test('the store keeps less than one and a half kilobytes of one that was denied, whatever it was for', async () => {
  const small = await startRedis();
  const service = await startProduction(apart.mockProviders, { REDIS_URL: small.url });
  try {
    const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    const bytes = async () =>
      Number(/used_memory_dataset:(\d+)/.exec(await redisCli(small.port, 'INFO', 'memory'))?.[1]);
    const long = `http://localhost:3000/${'a'.repeat(2_000)}`;
    const user = someone();
    const denyOne = () =>
      authorize(causeway, 'hubspot', user, { returnTo: long, popupReturnTo: long, decision: 'deny' });
    await denyOne();
    const before = await bytes();
    const count = 40;
    for (let at = 0; at < count; at += 1) await denyOne();
    expect(((await bytes()) - before) / count).toBeLessThan(1_536);
  } finally {
    await service.stop();
    await small.stop();
  }
});
