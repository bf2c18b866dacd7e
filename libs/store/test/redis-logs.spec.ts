import { redisCli, startRedis, type RedisServer } from '@causeway/testing';
import { openStore, type Store } from '../src/index.js';

/** Somebody else writes in the stream of a log. */
let redis: RedisServer;
let store: Store;
beforeAll(async () => {
  redis = await startRedis();
  store = await openStore({ kind: 'redis', url: redis.url });
});
afterAll(async () => {
  await store?.close();
  await redis?.stop();
});

const stream = (partition: string) => `causeway:{${partition}}:log:log`;
const append = (partition: string, ...entries: string[]) =>
  store.commitIfUnchanged(partition, {
    put: [{ key: 'key', value: entries.join() }],
    append: entries.map((entry) => ({ log: 'log', entry, keep: 9, ttlMs: null })),
  });
const logOf = (partition: string) => store.logFrom(partition, 'log', 0, 9);

it('goes on after its newest entries were deleted, with greater numbers', async () => {
  await append('deleted', 'a', 'b', 'c');
  const [a, b, c] = await logOf('deleted');
  for (const entry of [c, b]) await redisCli(redis.port, 'XDEL', stream('deleted'), `${entry?.number}-0`);
  await append('deleted', 'd', 'e');
  const next = (c?.number ?? 0) + 1;
  expect(await logOf('deleted')).toEqual([a, { number: next, entry: 'd' }, { number: next + 1, entry: 'e' }]);
  for (const { number } of await logOf('deleted')) await redisCli(redis.port, 'XDEL', stream('deleted'), `${number}-0`);
  await append('deleted', 'f');
  expect(await logOf('deleted')).toEqual([{ number: next + 2, entry: 'f' }]);
});

it('goes on after an entry with a greater number', async () => {
  await append('planted', 'a');
  await redisCli(redis.port, 'XADD', stream('planted'), '9000000000000000-7', 'e', 'planted');
  await append('planted', 'b');
  expect((await logOf('planted')).slice(1)).toEqual([
    { number: 9_000_000_000_000_000, entry: 'planted' },
    { number: 9_000_000_000_000_001, entry: 'b' },
  ]);
});

it.each(['9007199254740991-0', '18446744073709551615-18446744073709551615'])(
  'changes nothing where no greater number than %s is left',
  async (id) => {
    await append(id, 'a');
    await redisCli(redis.port, 'XADD', stream(id), id, 'e', 'planted');
    await expect(append(id, 'b')).rejects.toMatchObject({ slug: 'store-unavailable' });
    expect(await store.get({ partition: id, key: 'key' })).toBe('a');
    expect((await logOf(id)).map(({ entry }) => entry)).toEqual(['a', 'planted']);
  },
);
