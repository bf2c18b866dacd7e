import { inspect } from 'node:util';
import { Problem } from '@causeway/problem';
import { redisCli, startRedis, type RedisServer } from '@causeway/testing';
import { openStore, type Store } from '../src/index.js';
import { eventually } from './eventually.js';

const REF = { partition: 'partition', key: 'key' };

let redis: RedisServer;
let store: Store;
let reports: string[];

beforeAll(async () => {
  redis = await startRedis({ appendOnly: true });
});
afterAll(() => redis.stop());
beforeEach(() => {
  reports = [];
});
afterEach(() => store.close());

const open = async () => {
  store = await openStore({ kind: 'redis', url: redis.url, report: (message) => reports.push(message) });
};
const write = (value: string) => store.commitIfUnchanged('partition', { put: [{ key: 'key', value }] });

/** Expects every kind of call to reject. @returns how long the slowest took, in milliseconds */
async function everyCallFails(): Promise<number> {
  const begin = performance.now();
  const results = await Promise.allSettled([
    store.get(REF),
    store.getMany([REF]),
    store.commitIfUnchanged('partition', { put: [{ key: 'key', value: 'lost' }] }),
    store.consume(REF),
    store.pageDescending('partition', 'index', { limit: 1 }),
    store.acquireLease(REF, 'owner', 1_000),
    store.extendLeaseIfOwner(REF, 'owner', 1_000),
    store.releaseLeaseIfOwner(REF, 'owner'),
    store.reserveSlot(REF, { limit: 1, periodMs: 1 }, 0),
    store.pauseRate(REF, 1),
    store.ping(),
  ]);
  for (const result of results) {
    expect(result.status).toBe('rejected');
    const { reason } = result as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(Problem);
    expect((reason as Problem).slug).toBe('store-unavailable');
  }
  return performance.now() - begin;
}

it('opens while Redis is down, rejects at once, and works when Redis is up', async () => {
  await redis.kill();
  await open();
  expect(await everyCallFails()).toBeLessThan(500);
  await redis.restart();
  await eventually(() => store.ping());
  expect(await write('value')).toBe(true);
  await eventually(() =>
    expect(reports).toEqual([expect.stringContaining('ECONNREFUSED'), 'Redis is available again']),
  );
});

it('rejects at once when Redis stops, reconnects after a restart, and has kept acknowledged writes', async () => {
  await open();
  await write('kept');
  await redis.kill();
  await everyCallFails();
  expect(await everyCallFails()).toBeLessThan(500);
  await redis.restart();
  await eventually(async () => expect(await store.get(REF)).toBe('kept'));
  // After a restart Redis has no scripts.
  expect(await write('again')).toBe(true);
});

it('times out while Redis hangs, and then rejects at once', async () => {
  await open();
  await write('value');
  redis.pause();
  const first = await everyCallFails();
  expect(first).toBeGreaterThan(1_500);
  expect(first).toBeLessThan(4_000);
  expect(await everyCallFails()).toBeLessThan(500);
  redis.resume();
  await eventually(() => store.ping());
  expect(await write('value')).toBe(true);
});

it('opens within seconds while Redis hangs', async () => {
  redis.pause();
  const begin = performance.now();
  await open();
  expect(performance.now() - begin).toBeLessThan(4_000);
  expect(await everyCallFails()).toBeLessThan(500);
  redis.resume();
  await eventually(() => store.ping());
});

it('does not time out when this process itself was blocked', async () => {
  await open();
  const response = store.get(REF);
  // Blocks the event loop: the timeout passes while the response waits in the socket.
  for (const end = performance.now() + 2_300; performance.now() < end;);
  await expect(response).resolves.toEqual(expect.anything());
  expect(reports).toEqual([]);
});

it('reconnects when Redis closes the connection', async () => {
  await open();
  await redisCli(redis.port, 'CLIENT', 'KILL', 'TYPE', 'normal');
  await eventually(() => store.ping());
  expect(await write('value')).toBe(true);
});

it('reconnects when the server has become a replica', async () => {
  await open();
  await redisCli(redis.port, 'REPLICAOF', '127.0.0.1', '1');
  await expect(write('value')).rejects.toMatchObject({ slug: 'store-unavailable' });
  await redisCli(redis.port, 'REPLICAOF', 'NO', 'ONE');
  // After a fail-over the same address may lead to another server.
  await eventually(async () => expect(await write('value')).toBe(true));
  await eventually(() => expect(reports.at(-1)).toBe('Redis is available again'));
  expect(reports.filter((line) => line.includes('READONLY'))).toHaveLength(1);
});

it('has a cache that is empty and keeps nothing while Redis is unavailable', async () => {
  await open();
  await store.cache.set('key', 'cached', 60_000);
  await redis.kill();
  await eventually(async () => expect(await store.cache.get('key')).toBeUndefined());
  await store.cache.set('key', 'other', 60_000);
  expect(await store.cache.get('key')).toBeUndefined();
  await redis.restart();
  await eventually(() => store.ping());
});

it('rejects every call after close', async () => {
  await open();
  await store.close();
  expect(await everyCallFails()).toBeLessThan(500);
  await store.close();
});

describe('a password', () => {
  let guarded: RedisServer;
  beforeAll(async () => {
    guarded = await startRedis({ args: ['--requirepass', 'right-secret'] });
  });
  afterAll(() => guarded.stop());

  const openAs = async (password: string) => {
    const url = `redis://:${password}@127.0.0.1:${guarded.port}/1`;
    store = await openStore({ kind: 'redis', url, report: (message) => reports.push(message) });
  };

  it('is used', async () => {
    await openAs('right-secret');
    expect(await write('value')).toBe(true);
    expect(await redisCli(guarded.port, '--no-auth-warning', '-a', 'right-secret', '-n', '1', 'DBSIZE')).toBe('1');
  });

  it('is reported when it is missing', async () => {
    const url = `redis://127.0.0.1:${guarded.port}`;
    store = await openStore({ kind: 'redis', url, report: (message) => reports.push(message) });
    expect(reports).toEqual([expect.stringContaining('NOAUTH')]);
  });

  it('is not printed when it is wrong', async () => {
    await openAs('wrong-secret');
    const problem: unknown = await store.ping().catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    const printed = [inspect(problem, { depth: 20, showHidden: true }), JSON.stringify(problem), ...reports].join('\n');
    expect(printed).toContain('WRONGPASS');
    expect(printed).not.toContain('wrong-secret');
  });

  it.each(['redis://:secret@host:port', 'http://:secret@host', 'redis://:secret@host/one', 'redis://:secret%ff@host'])(
    'is not printed when the address is not valid (%#)',
    async (url) => {
      await openAs('right-secret');
      const error: unknown = await openStore({ kind: 'redis', url }).catch((reason: unknown) => reason);
      expect(String(error)).toContain('not valid');
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('secret');
    },
  );
});
