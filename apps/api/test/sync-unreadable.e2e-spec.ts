import { createCauseway, unwrap, type CausewayClient } from '@causeway/client';
import { startMockProviders, startPostgres, startRedis, startService } from '@causeway/testing';
import type { MockProvidersProcess, PostgresServer, RedisServer, Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { makeMovableClock, type MovableClock } from './support/movable-clock.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, encryptionKeys, productionEnvironment, unlimited } from './support/production.js';
import { ended } from './support/sync-runs.js';
import { someone } from './support/users.js';

/** One replica lacks the key with which the other one stores, as in the middle of a change of keys that went wrong. */
let apart: MockProvidersProcess;
let redis: RedisServer;
let postgres: PostgresServer;
let clock: MovableClock;
let behind: Service;
let ahead: Service;
beforeAll(async () => {
  [apart, redis, postgres, clock] = await Promise.all([
    startMockProviders(),
    startRedis(),
    startPostgres(),
    makeMovableClock(24 * 60 * 60_000),
  ]);
  await unlimited(apart.mockProviders);
  const [key, other] = [encryptionKeys('k1'), encryptionKeys('k2')];
  const shared = {
    ...productionEnvironment(apart.mockProviders),
    REDIS_URL: redis.url,
    DATABASE_URL: (await postgres.database()).url,
  };
  behind = await startService({ env: { ...shared, ...clock.env, ENCRYPTION_KEYS: key } });
  ahead = await startService({ env: { ...shared, ENCRYPTION_KEYS: `${other},${key}`, SYNC_CONCURRENCY: '0' } });
}, 60_000);
afterAll(async () => {
  await Promise.all([behind?.stop(), ahead?.stop(), apart?.stop(), redis?.stop()]);
  await Promise.all([postgres?.stop(), clock?.remove()]);
});

const clientOf = ({ url }: Service) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY });
const make = async (client: CausewayClient, connectionId: string) =>
  (await unwrap(client.POST('/syncs', { body: { connectionId, types: ['contact'] } }))).id;
async function listed(client: CausewayClient, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = null; ;) {
    const query: { limit: number; cursor?: string } = { limit, ...(cursor !== null && { cursor }) };
    const page = await unwrap(client.GET('/syncs', { params: { query } }));
    ids.push(...page.syncs.map(({ id }) => id));
    cursor = page.nextCursor;
    if (cursor === null) return ids;
  }
}

test('a sync that a process cannot read, or whose connection, hides no others, is kept, and stops no maintenance', async () => {
  const [client, other] = [clientOf(behind), clientOf(ahead)];
  const { id: readable } = await connect(client, 'hubspot', someone());
  const first = await make(client, readable);
  await ended(client, first, 1);
  const { id: half } = await connect(client, 'hubspot', someone());
  const second = await make(other, half);
  const { id: unreadable } = await connect(other, 'hubspot', someone());
  const third = await make(other, unreadable);

  for (const limit of [1, 2, 100]) expect(await listed(client, limit)).toEqual([first]);
  expect(await listed(other, 100)).toEqual([third, second, first]);
  const line = `the sync ${second} is not listed: A stored secret cannot be opened. It was sealed with the key \\"k2\\"`;
  expect(behind.logs().split(line)).toHaveLength(2);
  for (const id of [second, third])
    expectProblem(await client.GET('/syncs/{id}', { params: { path: { id } } }), 'store-unavailable', 503);

  // Both times the syncs are maintained, which asks for a full pass of those that ran in the future.
  await clock.move(behind);
  await ended(client, first, 2);
  await clock.move(behind);
  expect(await ended(client, first, 3)).toMatchObject({ kind: 'full', outcome: 'complete' });
  expect(behind.logs()).not.toContain('not maintained');
  expect(await listed(other, 100)).toEqual([third, second, first]);
}, 120_000);
