import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates, startCluster, startRedis, type Certificates } from '@causeway/testing';
import { openStore, type RedisStoreOptions, type Store } from '../src/index.js';
import { eventually } from './eventually.js';

const PASSWORD = 'the-password-of-redis';

let directory: string;
let files: Certificates;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-certificates-'));
  files = await makeCertificates(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const read = (path: string) => readFileSync(path, 'utf8');
const tls = () => ({ ca: read(files.ca), cert: read(files.client.cert), key: read(files.client.key) });
const serverArgs = () => [
  ...['--tls-cert-file', files.server.cert, '--tls-key-file', files.server.key, '--tls-ca-cert-file', files.ca],
  ...['--tls-auth-clients', 'yes', '--requirepass', PASSWORD],
];

/** Writes, reads, caches, and hears what it publishes: every client of the store is used. */
async function expectWhole(store: Store): Promise<void> {
  const heard: string[] = [];
  const unsubscribe = store.subscribe('topic', (message) => heard.push(message));
  await store.ping();
  await store.cache.set('key', 'cached', 60_000);
  expect(await store.cache.get('key')).toBe('cached');
  await eventually(async () => {
    await store.commitIfUnchanged('partition', { publish: { topic: 'topic', message: 'said' } });
    expect(heard).toContain('said');
  });
  unsubscribe();
}

describe('A Redis with TLS that asks for a certificate', () => {
  it('is used by all clients, and says what is wrong with another certificate or none', async () => {
    const redis = await startRedis({ appendOnly: true, isTls: true, args: serverArgs() });
    const reports: string[] = [];
    const failures: string[] = [];
    const open = (defaults: RedisStoreOptions['defaults']) =>
      openStore({
        kind: 'redis',
        url: `rediss://localhost:${redis.port}`,
        ...(defaults && { defaults }),
        report: (line) => reports.push(line),
        onFailure: (code) => failures.push(code),
      });

    const store = await open({ password: PASSWORD, tls: tls() });
    await expectWhole(store);
    expect([reports, failures]).toEqual([[], []]);
    await store.close();

    const { ca } = tls();
    for (const wrong of [{ password: PASSWORD }, { password: PASSWORD, tls: { ca } }]) {
      const refused = await open(wrong);
      await expect(refused.ping()).rejects.toMatchObject({ slug: 'store-unavailable' });
      await refused.close();
    }
    expect(reports[0]).toContain('REDIS_CA_FILE');
    expect(reports).toHaveLength(2);
    expect(reports.join('\n')).not.toContain(PASSWORD);
    expect(failures[0]).toBe('tls');
    await redis.stop();
  }, 90_000);
});

describe('A Redis Cluster with TLS and a password', () => {
  it('is used by all clients, on every node', async () => {
    const cli = ['--tls', '--cacert', files.ca, '--cert', files.client.cert, '--key', files.client.key];
    const args = [...serverArgs(), '--tls-cluster', 'yes'];
    const cluster = await startCluster(3, { isTls: true, args }, ['--no-auth-warning', '-a', PASSWORD, ...cli]);
    const nodes = cluster.nodes.map(({ port }) => `rediss://:${PASSWORD}@127.0.0.1:${port}`);
    const store = await openStore({ kind: 'redis-cluster', nodes, defaults: { tls: tls() } });
    await expectWhole(store);
    const partitions = Array.from({ length: 30 }, (_, i) => `partition-${i}`);
    for (const partition of partitions)
      expect(await store.commitIfUnchanged(partition, { put: [{ key: 'key', value: partition }] })).toBe(true);
    expect(await store.getMany(partitions.map((partition) => ({ partition, key: 'key' })))).toEqual(partitions);
    await store.close();
    await cluster.stop();
  }, 90_000);
});
