import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster, startRedis } from '@causeway/testing';
import { openStore, type Store, type StoredEntry } from '../src/index.js';
import { SOME_TEXT } from './some-text.js';

const OPEN: [string, () => Promise<{ store: Store; close: () => Promise<unknown> }>][] = [
  [
    'the embedded store',
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'causeway-entries-'));
      const store = await openStore({ kind: 'embedded', directory });
      return { store, close: () => store.close().then(() => rm(directory, { recursive: true })) };
    },
  ],
  [
    'Redis',
    async () => {
      const redis = await startRedis();
      const store = await openStore({ kind: 'redis', url: redis.url });
      return { store, close: () => Promise.all([store.close(), redis.stop()]) };
    },
  ],
  [
    'Redis Cluster',
    async () => {
      const cluster = await startCluster();
      const store = await openStore({
        kind: 'redis-cluster',
        nodes: cluster.nodes.map(({ port }) => `127.0.0.1:${port}`),
      });
      return { store, close: () => Promise.all([store.close(), cluster.stop()]) };
    },
  ],
];

async function entriesOf(store: Store): Promise<StoredEntry[]> {
  const all: StoredEntry[] = [];
  for await (const batch of store.entries()) all.push(...batch);
  return all;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`.padStart(5, '0'));

describe.each(OPEN)('the entries of %s', (_, open) => {
  let store: Store;
  let close: () => Promise<unknown>;
  beforeAll(async () => {
    ({ store, close } = await open());
  });
  afterAll(() => close?.());

  test('are its values with their ends, all members of its indexes and all entries of its logs, and nothing else', async () => {
    const log = { log: 'l', keep: 5_000 };
    await store.commitIfUnchanged('p}1', {
      put: [
        { key: SOME_TEXT, value: SOME_TEXT },
        { key: 'ends', value: 'later', ttlMs: 60_000 },
      ],
      append: [{ log: 'ends', entry: 'e', keep: 9, ttlMs: 60_000 }],
    });
    for (const part of [numbers(1_100).slice(0, 600), numbers(1_100).slice(600)])
      await store.commitIfUnchanged('', {
        put: part.map((key) => ({ key, value: `value ${key}` })),
        addToIndex: part.map((member) => ({ index: 'i', member })),
        append: part.map((entry) => ({ ...log, entry, ttlMs: null })),
      });
    await store.acquireLease({ partition: 'p', key: 'k' }, 'owner', 60_000);
    await store.reserveSlot({ partition: 'p', key: 'k' }, { limit: 1, periodMs: 60_000 }, 0);
    await store.cache.set('cached', 'value', 60_000);

    const all = await entriesOf(store);
    const values = all.flatMap((entry) => (entry.kind === 'value' ? [entry] : []));
    expect(values).toHaveLength(1_102);
    expect(values).toContainEqual({
      kind: 'value',
      ref: { partition: 'p}1', key: SOME_TEXT },
      value: SOME_TEXT,
      expiresAt: null,
    });
    const ends = values.find(({ ref }) => ref.key === 'ends');
    expect(Math.abs((ends?.expiresAt ?? 0) - Date.now() - 60_000)).toBeLessThan(10_000);
    const members = all.flatMap((entry) => (entry.kind === 'members' ? entry.members : []));
    expect(members.sort()).toEqual(numbers(1_100));
    const logs = all.flatMap((entry) => (entry.kind === 'log' ? [entry] : []));
    const long = logs.filter((part) => part.log === 'l');
    expect(long.flatMap(({ entries }) => entries)).toEqual(numbers(1_100));
    expect(long.map(({ isFirst }) => isFirst)).toEqual([true, ...long.slice(1).map(() => false)]);
    expect(logs.find((part) => part.log === 'ends')).toMatchObject({ partition: 'p}1', isFirst: true, entries: ['e'] });
    // Values come first: the index of a value that was read is read later.
    expect(all.findIndex(({ kind }) => kind !== 'value')).toBe(values.length);
  });

  test('include, while others write, whatever is there all the time', async () => {
    let isDone = false;
    const writing = (async () => {
      for (let i = 0; !isDone; i += 1)
        await store.commitIfUnchanged('', {
          put: [{ key: `new ${i}`, value: 'v' }],
          remove: i > 0 ? [`new ${i - 1}`] : [],
          addToIndex: [{ index: 'i', member: `new ${i}` }],
        });
    })();
    const all = await entriesOf(store);
    isDone = true;
    await writing;
    const values = new Set(all.flatMap((entry) => (entry.kind === 'value' ? [entry.ref.key] : [])));
    expect(numbers(1_100).every((key) => values.has(key))).toBe(true);
    const members = new Set(all.flatMap((entry) => (entry.kind === 'members' ? entry.members : [])));
    expect(numbers(1_100).every((key) => members.has(key))).toBe(true);
  });
});
