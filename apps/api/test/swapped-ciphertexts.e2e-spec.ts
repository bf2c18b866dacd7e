import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import { openStore, type Store } from '@causeway/store';
import {
  startRedis,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { connect } from './support/connect.js';
import { someone } from './support/users.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';

/** An attacker with write access to the store. */

let apart: MockProvidersProcess;
let redis: RedisServer;
let service: Service;
let store: Store;
let causeway: CausewayClient;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders, { REDIS_URL: redis.url });
  store = await openStore({ kind: 'redis', url: redis.url });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(async () => {
  await store?.close();
  await Promise.all([service?.stop(), apart?.stop(), redis?.stop()]);
});

const placeOf = ({ id }: Connection) => ({ partition: id.slice(4, 16), key: `connection:${id}` });
const recordOf = async (connection: Connection) =>
  JSON.parse((await store.get(placeOf(connection))) ?? '{}') as Record<string, unknown>;
async function change(connection: Connection, members: Record<string, unknown>): Promise<void> {
  const { partition, key } = placeOf(connection);
  const value = JSON.stringify({ ...(await recordOf(connection)), ...members });
  expect(await store.commitIfUnchanged(partition, { expectPresent: [key], put: [{ key, value }] })).toBe(true);
}
const token = ({ id }: Connection) => causeway.GET('/connections/{id}/token', { params: { path: { id } } });

test.each([
  ['of the same organization', (orgId: string) => ({ orgId, userId: 'mallory' })],
  ['of another organization', () => someone()],
])('does not decrypt a credential that was moved to a connection %s', async (_, other) => {
  const victim = await connect(causeway, 'hubspot', someone());
  const mine = await connect(causeway, 'hubspot', other(victim.orgId));
  const own = await recordOf(mine);
  const stolen = (await recordOf(victim))['credential'];
  expect(stolen).toEqual(expect.stringMatching(/^v1\.k1\./));

  await change(mine, { credential: stolen });
  const answer = await token(mine);
  expectProblem(answer, 'store-unavailable', 503);
  expect((await token(victim)).response.status).toBe(200);
  // Nor with the organization that it was sealed for.
  await change(mine, { orgId: victim.orgId });
  expectProblem(await token(mine), 'store-unavailable', 503);
  // Back in its own place it can be decrypted.
  await change(mine, { orgId: own['orgId'], credential: own['credential'] });
  expect((await token(mine)).response.status).toBe(200);
});

test('does not decrypt a record that was moved to another organization', async () => {
  const victim = await connect(causeway, 'hubspot', someone());
  const thief = someone();
  await change(victim, { orgId: thief.orgId, userId: thief.userId });
  expectProblem(await token(victim), 'store-unavailable', 503);
});
