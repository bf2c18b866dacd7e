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
import { connect } from './support/connect.js';
import { makeMovableClock, type MovableClock } from './support/movable-clock.js';
import { ADMIN_KEY, unlimited } from './support/production.js';
import { someone } from './support/users.js';

let apart: MockProvidersProcess;
let redis: RedisServer;
let clock: MovableClock;
let apps: Apps;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  await unlimited(apart.mockProviders);
  apps = new Apps(apart.mockProviders);
  await apps.become('airtable', { refreshGraceSeconds: 0 });
  clock = await makeMovableClock(3_600_000);
});
afterAll(() => Promise.all([apart?.stop(), redis?.stop(), clock?.remove()]));

const at = (id: string) => ({ params: { path: { id } } });

const JUMP_SECONDS = 3_600;
const LIMIT_SECONDS = 60;

/**
 * Everything that has to do with time, once.
 * @param mayWait the embedded store counts by the clock of this machine: what it counted before a jump back lasts as long as the jump
 */
async function everything(causeway: CausewayClient, id: string, mayWait: boolean): Promise<void> {
  const token = await causeway.GET('/connections/{id}/token', at(id));
  expect([token.response.status, token.error]).toEqual([200, undefined]);
  const { response: refreshed, error } = await causeway.POST('/connections/{id}/refresh', at(id));
  if (refreshed.status === 429 && mayWait)
    expect(Number((error as { retryAfter?: number }).retryAfter)).toBeLessThanOrEqual(JUMP_SECONDS + LIMIT_SECONDS);
  else expect(refreshed.status).toBe(200);
  const fresh = { params: { path: { id } }, headers: { 'cache-control': 'no-cache' } };
  expect((await causeway.GET('/connections/{id}/items', fresh)).response.status).toBe(200);
  const user = someone();
  const { data: session } = await causeway.POST('/sessions', { body: { ...user, expiresInSeconds: 60 } });
  expect(session?.token).toEqual(expect.any(String));
  const made = await connect(causeway, 'airtable', user, { finish: 'caller' });
  expect(made.status).toBe('active');
  expect((await causeway.DELETE('/connections/{id}', at(made.id))).response.status).toBe(200);
}

describe.each([
  ['Redis', () => ({ REDIS_URL: redis.url }), false],
  ['the embedded store', () => ({}), true],
])('with %s', (_, store, mayWait) => {
  let service: Service;
  afterEach(() => service?.stop());

  test('an hour forward, and an hour back, stop nothing', async () => {
    service = await startService({ env: { ...apps.environment(), ...store(), ...clock.env } });
    const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    const { id } = await connect(causeway, 'airtable', someone());
    await everything(causeway, id, mayWait);
    for (const shift of ['clock 3600000', 'clock 0', 'clock 3600000']) {
      await clock.move(service);
      expect(service.logs()).toContain(shift);
      await everything(causeway, id, mayWait);
      const began = performance.now();
      await everything(causeway, id, mayWait);
      expect(performance.now() - began).toBeLessThan(10_000);
    }
    expect((await causeway.GET('/health/ready')).response.status).toBe(200);
  });
});
