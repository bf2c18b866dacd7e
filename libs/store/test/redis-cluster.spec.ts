import { redisCli, startCluster, type RedisCluster } from '@causeway/testing';
import { openStore, type Store } from '../src/index.js';
import { eventually } from './eventually.js';
import { describeStore } from './store.contract.js';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.stop());

const open = () => openStore({ kind: 'redis-cluster', nodes: cluster.nodes.map(({ port }) => `127.0.0.1:${port}`) });

describeStore('The Redis Cluster store', async () => {
  const store = await open();
  return {
    store,
    reopen: async () => {
      await Promise.all(cluster.nodes.map((node) => node.restart()));
      await cluster.whole();
      // Not `ping`, whose last success is shared for a second.
      await eventually(() => store.get({ partition: 'partition', key: 'key' }));
      return store;
    },
    close: () => store.close(),
  };
});

describe('A Redis Cluster with a node that fails', () => {
  const partitions = Array.from({ length: 30 }, (_, i) => `partition-${i}`);
  const served = async (store: Store) => {
    const results = await Promise.allSettled(
      partitions.map((partition) => store.commitIfUnchanged(partition, { put: [{ key: 'key', value: partition }] })),
    );
    return results.filter(({ status }) => status === 'fulfilled').length;
  };

  it('connects through any available node, serves the slots of the others, and recovers after a restart', async () => {
    const [first] = cluster.nodes;
    const store = await open();
    expect(await served(store)).toBe(30);

    await first!.kill();
    await eventually(async () => {
      const count = await served(store);
      expect(count).toBeGreaterThan(10);
      expect(count).toBeLessThan(30);
    });
    const late = await open();
    expect(await served(late)).toBeGreaterThan(10);
    await late.close();

    await first!.restart();
    await eventually(async () => expect(await served(store)).toBe(30));
    expect(await store.getMany(partitions.map((partition) => ({ partition, key: 'key' })))).toEqual(partitions);
    await store.close();
  });

  it('stays ready while one node is full, and says so', async () => {
    const { port } = cluster.nodes[2]!;
    const reports: string[] = [];
    const nodes = cluster.nodes.map((node) => `127.0.0.1:${node.port}`);
    const store = await openStore({ kind: 'redis-cluster', nodes, report: (line) => reports.push(line) });
    await redisCli(port, 'CONFIG', 'SET', 'maxmemory', '1mb');
    await eventually(async () => {
      await store.ping();
      expect(store.warnings().map(({ name }) => name)).toContain('OOM');
    });
    expect(await served(store)).toBeLessThan(30);
    expect(reports.filter((line) => line.includes('is unavailable'))).toHaveLength(1);
    await redisCli(port, 'CONFIG', 'SET', 'maxmemory', '0');
    await eventually(() => expect(reports.at(-1)).toBe('Redis is available again'));
    expect(await served(store)).toBe(30);
    await store.close();
  });

  it('looks at the settings of every node', async () => {
    const { port } = cluster.nodes[1]!;
    await redisCli(port, 'CONFIG', 'SET', 'appendfsync', 'everysec');
    const store = await open();
    expect(store.warnings().map(({ name }) => name)).toEqual(['fsync-everysec']);
    await redisCli(port, 'CONFIG', 'SET', 'appendfsync', 'always');
    await store.close();
  });

  it('serves the slots of the others while one node hangs', async () => {
    const [, second] = cluster.nodes;
    const store = await open();
    expect(await served(store)).toBe(30);
    second!.pause();
    const hung = await served(store);
    expect(hung).toBeGreaterThan(10);
    expect(hung).toBeLessThan(30);
    second!.resume();
    await eventually(async () => expect(await served(store)).toBe(30));
    await store.close();
  });
});
