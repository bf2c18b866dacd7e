import { redisCli, startRedis, type RedisServer } from '@causeway/testing';
import { openStore, type Store } from '../src/index.js';
import { eventually } from './eventually.js';

const KB = 1024;

let redis: RedisServer;
let store: Store;
beforeAll(async () => {
  redis = await startRedis();
  store = await openStore({ kind: 'redis', url: redis.url });
});
afterAll(async () => {
  await store.close();
  await redis.stop();
});

it('keeps at most 32 MB of the cache in Redis', async () => {
  const value = 'x'.repeat(256 * KB);
  for (let i = 0; i < 200; i += 1) await store.cache.set(`key-${i}`, value, 60_000);
  const keys = async () => Number(await redisCli(redis.port, 'DBSIZE'));
  await eventually(async () => expect(await keys()).toBe(128));
  expect((await store.cache.get('key-199'))?.length).toBe(value.length);
  expect(await store.cache.get('key-71')).toBeUndefined();
  // The same key again takes no further room.
  for (let i = 0; i < 200; i += 1) await store.cache.set('key-199', value, 60_000);
  expect(await keys()).toBe(128);
});
