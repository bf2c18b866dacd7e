import { join } from 'node:path';
import { openStore, type Store } from '@causeway/store';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { JournaledService, POLLED_MS } from './support/journaled-service.js';
import { RedisProxy } from './support/redis-proxy.js';
import { STORES, WebhookSuite } from './support/webhook-suite.js';

/** Crashes of a service between what it does with an entry of the journal, and the note that it was read. */
let suite: WebhookSuite;
beforeAll(async () => {
  suite = await WebhookSuite.start();
}, 60_000);
afterAll(() => suite?.stop());

const POSITION = { partition: 'provider-journals', key: 'position:hubspot' };
const path = (id: string) => ({ params: { path: { id } } });

async function start(store: Record<string, string>) {
  const journaled = await JournaledService.start(suite.mockProviders, { WEBHOOK_PRIVATE_ADDRESSES: 'on', ...store });
  const downloads = async () => (await journaled.journal()).entries.map((entry) => entry.downloads);
  return { journaled, downloads };
}

test('a crash between the first and the second write of an entry loses nothing', async () => {
  const store = await suite.store('redis');
  const proxy = await RedisProxy.start(store['REDIS_URL'] ?? '');
  const { journaled, downloads } = await start({ ...store, REDIS_URL: proxy.url });
  try {
    const { feed, ids, change, user } = await journaled.synced();
    const { eventsOf } = await suite.endpointFor(journaled.client, user);
    const [id = ''] = ids;
    // Whichever comes first is done: the events are queued, or the position is moved.
    const writes = new Set<string>();
    const held = proxy.holdFrom((command) => {
      const [write] = /value:(seen|position):/.exec(command.includes('EVALSHA') ? command : '') ?? [];
      if (write !== undefined) writes.add(write);
      return writes.size === 2;
    });
    await change({ id, properties: { lastname: 'Told' } });
    await held;
    await journaled.service.kill();
    proxy.release();
    await journaled.service.restart();
    expect(await feed.next(id, POLLED_MS)).toMatchObject({ item: { properties: { lastname: 'Told' } } });
    await eventually(async () => expect(await downloads()).toEqual([2]), POLLED_MS);
    await eventually(async () => expect(await eventsOf('provider.event')).toHaveLength(1));
  } finally {
    await journaled.service.stop();
    await proxy.stop();
  }
}, 120_000);

test.each(STORES)(
  'with the %s store, what was done with an entry is not done again when it is read again',
  async (kind) => {
    const storeEnvironment = await suite.store(kind);
    const { journaled, downloads } = await start(storeEnvironment);
    const { client, service } = journaled;
    const withStore = async <T>(use: (store: Store) => Promise<T>): Promise<T> => {
      await service.kill();
      const store = await openStore(
        kind === 'redis'
          ? { kind, url: storeEnvironment['REDIS_URL'] ?? '' }
          : { kind: 'embedded', directory: join(service.directory, '.data') },
      );
      try {
        return await use(store);
      } finally {
        await store.close();
      }
    };
    try {
      const { feed, ids, change, user, kinds } = await journaled.synced();
      const other = await connect(client, 'hubspot', { ...user, userId: 'other' });
      const { eventsOf } = await suite.endpointFor(client, user);
      const before = await withStore((store) => store.get(POSITION));
      await service.restart();
      const [changed = '', deleted = '', next = ''] = ids;
      await change({ id: changed, properties: { lastname: 'Told' } });
      // HubSpot tells of a contact that is deleted for good twice.
      await change({ id: deleted, deleted: true });
      await suite.mockProviders.revoke({ provider: 'hubspot', account: other.account.id });
      const status = async () => (await client.GET('/connections/{id}', path(other.id))).data?.status;
      await eventually(async () => expect(await status()).toBe('needs-reconnect'), POLLED_MS);
      await eventually(async () => expect(await eventsOf('provider.event')).toHaveLength(4), POLLED_MS);
      await feed.next(deleted, POLLED_MS);
      expect(await connect(client, 'hubspot', { ...user, userId: 'other' })).toMatchObject({ id: other.id });
      await suite.mockProviders.clearLog();
      await withStore((store) =>
        before === null
          ? store.commitIfUnchanged(POSITION.partition, { remove: [POSITION.key] })
          : store.commitIfUnchanged(POSITION.partition, { put: [{ key: POSITION.key, value: before }] }),
      );
      await service.restart();
      await eventually(async () => expect(await downloads()).toEqual([2, 2, 2]), POLLED_MS);
      await change({ id: next, properties: { lastname: 'Told' } });
      await feed.next(next, POLLED_MS);
      const asked = (await suite.mockProviders.log('hubspot')).last.map(({ path: at }) => at.split('/').at(-1));
      expect(asked).toContain(next);
      for (const id of [changed, deleted]) expect(asked).not.toContain(id);
      await eventually(async () => expect(await eventsOf('provider.event')).toHaveLength(5));
      expect(await eventsOf('connection.needs-reconnect')).toHaveLength(1);
      expect(await status()).toBe('active');
      expect(await kinds()).toEqual(['changes', 'full']);
    } finally {
      await service.stop();
    }
  },
  180_000,
);
