import { randomBytes } from 'node:crypto';
import { Keyring, type EncryptionKey } from '@causeway/crypto';
import { openStore, type Store } from '@causeway/store';
import { openTemporaryStore, startRedis, type RedisServer } from '@causeway/testing';
import type { Configuration } from '../configuration/configuration.js';
import { Metrics } from '../metrics/metrics.js';
import { authenticatedStore } from './authenticated-store.js';
import { DueIndex } from './due-index.js';
import { SealedRecords } from './sealed-records.js';

const key = (id: string) => ({ id, secret: randomBytes(32) });
const [K1, K2] = [key('k1'), key('k2')];
const MINUTE = 60_000;
interface Task {
  dueAt: number | null;
}
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

describe.each(['embedded', 'redis'])('with the %s store', (kind) => {
  let raw: Store;
  let remove: () => Promise<void>;
  let partition: string;
  beforeEach(async () => {
    partition = `tasks-${randomBytes(4).toString('hex')}`;
    if (kind === 'embedded') ({ store: raw, remove } = await openTemporaryStore());
    else {
      raw = await openStore({ kind: 'redis', url: redis.url });
      remove = () => raw.close();
    }
  });
  afterEach(() => remove());

  /** What one process does, with its own keys. */
  async function processWith(keys: EncryptionKey[]) {
    const keyring = new Keyring(keys);
    const unclosed = Object.assign({}, raw, { close: async () => {} });
    const config = { mode: 'production' } as Configuration;
    const store = await authenticatedStore(unclosed, keyring, new Metrics(), config);
    const sealed = new SealedRecords(store, keyring, 'task');
    const queue = new DueIndex<Task>(store, sealed, 'due', (id) => `task:${id}`);
    const valueOf = (id: string, task: Task) => sealed.seal({ partition, key: `task:${id}` }, task);
    return {
      add: (id: string, dueAt: number) =>
        store.commitIfUnchanged(partition, {
          put: [{ key: `task:${id}`, value: valueOf(id, { dueAt }) }],
          addToIndex: queue.entries(id, { dueAt }),
        }),
      end: (id: string, dueAt: number) =>
        store.commitIfUnchanged(partition, {
          remove: [`task:${id}`],
          removeFromIndex: queue.entries(id, { dueAt }),
        }),
      due: async (by: number, limit: number) => (await queue.due(partition, by, limit)).map(({ id }) => id),
      members: () => store.pageDescending(partition, 'due', { limit: 1_000 }),
    };
  }

  test('what was stored with a key that is not configured keeps nothing waiting, and is not lost', async () => {
    const now = Date.now();
    const lacking = await processWith([K1]);
    const having = await processWith([K2, K1]);
    const others = Array.from({ length: 150 }, (_, at) => `other-${at}`);
    for (const [at, id] of others.entries()) await having.add(id, now - 10 * MINUTE + at);
    await lacking.add('own', now - MINUTE);
    expect(await lacking.due(now, 4)).toEqual(['own']);
    // They wait behind what is due: nothing reads them again and again.
    expect((await lacking.members())[0]).toContain('own');
    expect(await lacking.members()).toHaveLength(151);
    expect(await having.due(now, 200)).toEqual(['own']);
    const found = await having.due(now + 6 * MINUTE, 200);
    expect(found.sort()).toEqual([...others, 'own'].sort());
  });

  test('what a process sets aside while another one works on it is done once', async () => {
    const now = Date.now();
    const lacking = await processWith([K1]);
    const having = await processWith([K2, K1]);
    await having.add('task', now - MINUTE);
    expect(await lacking.due(now, 4)).toEqual([]);
    // The one that can read it has found it before, and claims it: it is due at another time then.
    await having.end('task', now - MINUTE);
    await having.add('task', now + 60 * MINUTE);
    expect(await having.due(now + 6 * MINUTE, 4)).toEqual([]);
    expect(await having.members()).toHaveLength(1);
    expect(await having.due(now + 61 * MINUTE, 4)).toEqual(['task']);
  });

  test('what is damaged or gone is no longer in the index', async () => {
    const now = Date.now();
    const own = await processWith([K1]);
    for (let at = 0; at < 30; at += 1) await own.add(`damaged-${at}`, now - 10 * MINUTE);
    for (let at = 0; at < 30; at += 1) {
      const damaged = { key: `task:damaged-${at}`, value: 'm1.k1.damaged' };
      await raw.commitIfUnchanged(partition, { put: [damaged] });
    }
    await own.add('gone', now - 5 * MINUTE);
    await raw.commitIfUnchanged(partition, { remove: ['task:gone'] });
    await own.add('readable', now - MINUTE);
    expect(await own.due(now, 16)).toEqual(['readable']);
    expect(await own.members()).toHaveLength(1);
  });

  test('what another process has claimed since the index was read is not found', async () => {
    const now = Date.now();
    const own = await processWith([K1]);
    await own.add('claimed', now - MINUTE);
    const [stale = ''] = await own.members();
    await own.end('claimed', now - MINUTE);
    await own.add('claimed', now + MINUTE);
    await raw.commitIfUnchanged(partition, { addToIndex: [{ index: 'due', member: stale }] });
    expect(await own.due(now, 16)).toEqual([]);
    expect(await own.members()).toHaveLength(1);
  });
});
