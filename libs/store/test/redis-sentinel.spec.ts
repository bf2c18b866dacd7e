import { redisCli, startRedis, startSentinels, type SentinelGroup } from '@causeway/testing';
import { openStore, type Store } from '../src/index.js';
import { eventually } from './eventually.js';

const PASSWORD = 'the-password-of-redis';

describe('A Redis with Sentinels', () => {
  let group: SentinelGroup;
  let store: Store;
  let reports: string[];
  const open = async (sentinels: string[], master = group.name) => {
    reports = [];
    const defaults = { password: PASSWORD };
    const report = (line: string) => reports.push(line);
    store = await openStore({ kind: 'redis-sentinel', sentinels, master, defaults, report });
  };
  const addresses = () => group.sentinels.map(({ port }) => `127.0.0.1:${port}`);

  beforeAll(async () => {
    group = await startSentinels(PASSWORD);
  }, 60_000);
  afterAll(() => group.stop());
  afterEach(() => store.close());

  it('is found while one Sentinel hangs and another is away', async () => {
    const [first, second] = group.sentinels;
    first!.pause();
    await second!.kill();
    await open(addresses());
    expect(reports).toEqual([]);
    await store.ping();
    first!.resume();
    await second!.restart();
  }, 60_000);

  it('is said not to be there under another name', async () => {
    await open(addresses(), 'other');
    expect(reports).toEqual([expect.stringContaining('the Sentinels know no master "other"')]);
    expect(reports[0]).toContain('REDIS_SENTINEL_NAME');
    await expect(store.ping()).rejects.toMatchObject({ slug: 'store-unavailable' });
  });

  it('fails over to its replica under writes: heals by itself, hears messages again, and has lost nothing acknowledged that was replicated', async () => {
    await open(addresses());
    const heard: string[] = [];
    store.subscribe('topic', (message) => heard.push(message));
    const [master, replica] = group.servers;
    const acknowledged: string[] = [];
    let isRunning = true;
    const writing = (async () => {
      for (let i = 0; isRunning; i += 1) {
        const key = `key-${i}`;
        await store.commitIfUnchanged('partition', { put: [{ key, value: key }] }).then(
          () => acknowledged.push(key),
          () => new Promise((resolve) => setTimeout(resolve, 20)),
        );
      }
    })();
    await eventually(() => expect([acknowledged.length > 200, reports]).toEqual([true, []]));
    // The writes of the last moment before a crash may not have reached the replica: see docs/production/redis.md.
    master.pause();
    const { length } = acknowledged;
    await eventually(async () => expect(await group.masterPort()).toBe(replica.port), 30_000);
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(length + 200), 30_000);
    isRunning = false;
    await writing;
    const refs = acknowledged.map((key) => ({ partition: 'partition', key }));
    const found = await store.getMany(refs);
    expect(acknowledged.filter((_, at) => found[at] === null)).toEqual([]);
    await eventually(async () => {
      await store.commitIfUnchanged('partition', { publish: { topic: 'topic', message: 'after' } });
      expect(heard).toContain('after');
    });
    await eventually(() => expect(reports.at(-1)).toBe('Redis is available again'));

    // The former master comes back, still believing that it is one: nothing is written to it.
    master.resume();
    await eventually(async () => {
      const role = await redisCli(master.port, '--no-auth-warning', '-a', PASSWORD, 'ROLE');
      expect(role).toMatch(/^slave/);
    }, 30_000);
    expect(await store.commitIfUnchanged('partition', { put: [{ key: 'last', value: 'last' }] })).toBe(true);
    expect(await store.getMany(refs)).toEqual(acknowledged);
  }, 90_000);

  it('a Sentinel that is given as a Redis is named as what it is', async () => {
    reports = [];
    const url = `redis://127.0.0.1:${group.sentinels[2]!.port}`;
    store = await openStore({ kind: 'redis', url, report: (line) => reports.push(line) });
    expect(reports).toEqual([expect.stringContaining('the address is that of a Sentinel (give it in REDIS_SENTINELS')]);
    await expect(store.ping()).rejects.toMatchObject({ slug: 'store-unavailable' });
  });

  it('a plain Redis that is given as a cluster is named as what it is', async () => {
    const redis = await startRedis();
    reports = [];
    const nodes = [`127.0.0.1:${redis.port}`];
    store = await openStore({ kind: 'redis-cluster', nodes, report: (line) => reports.push(line) });
    expect(reports).toEqual([expect.stringMatching(/names a Redis that is not a cluster .*REDIS_URL/)]);
    await redis.stop();
  });
});
