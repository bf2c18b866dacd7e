import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createCauseway, followSync, streamItems, unwrap, type Item } from '@causeway/client';
import { startMockProviders, startPostgres, startRedis, startService } from '@causeway/testing';
import type { MockProvidersProcess, PostgresServer, RedisServer, Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { FeedCopy, keyOf } from './support/feed-copy.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { ended } from './support/sync-runs.js';
import { someone } from './support/users.js';

const SIZE = 60;
const LATER = 10;

let apart: MockProvidersProcess;
let redis: RedisServer;
let postgres: PostgresServer;
let env: Record<string, string>;
beforeAll(async () => {
  [apart, redis, postgres] = await Promise.all([startMockProviders(), startRedis(), startPostgres()]);
  await unlimited(apart.mockProviders);
  env = productionEnvironment(apart.mockProviders);
}, 60_000);
afterAll(() => Promise.all([apart?.stop(), redis?.stop(), postgres?.stop()]));

/** Keeps a copy of the record store while the service is stopped, and puts it back. */
type Copies = (service: Service) => Promise<() => Promise<Record<string, string>>>;

const copyOfFile: Copies = async ({ directory }) => {
  const [own, copy] = [join(directory, '.data', 'syncs'), join(directory, 'older')];
  await cp(own, copy, { recursive: true });
  return async () => {
    await rm(own, { recursive: true });
    await cp(copy, own, { recursive: true });
    return {};
  };
};

describe.each(['embedded', 'PostgreSQL'])('a record store (%s) that was put back from an older copy', (kind) => {
  test('ends the cursors of readers, also of those whose position it has come past again', async () => {
    const url = kind === 'embedded' ? '' : (await postgres.database()).url;
    const dump: Copies = async () => {
      const copy = await postgres.copyOf(url);
      return () => Promise.resolve({ DATABASE_URL: copy.url });
    };
    const shared = kind === 'embedded' ? {} : { REDIS_URL: redis.url, DATABASE_URL: url };
    const service = await startService({ env: { ...env, ...shared } });
    try {
      const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
      const account = kind === 'embedded' ? '810000001' : '810000002';
      const of = { provider: 'hubspot', account } as const;
      await apart.mockProviders.addAccount({ ...of, sizes: { contacts: SIZE } });
      const { id: connectionId } = await connect(client, 'hubspot', someone(), { account });
      const { id } = await unwrap(client.POST('/syncs', { body: { connectionId, types: ['contact'] } }));
      const run = async (count: number) => {
        await unwrap(client.POST('/syncs/{id}/run', { params: { path: { id } }, body: { full: true } }));
        expect(await ended(client, id, count)).toMatchObject({ outcome: 'complete' });
      };
      await ended(client, id, 1);
      const early = new FeedCopy(client, id);
      await early.read();

      await service.kill();
      const putBack = await (kind === 'embedded' ? copyOfFile : dump)(service);
      await service.restart();
      await early.read();
      await apart.mockProviders.resize({ ...of, sizes: { contacts: SIZE + LATER } });
      await run(2);
      const ahead = new FeedCopy(client, id);
      expect((await ahead.read()).length).toBeGreaterThanOrEqual(SIZE + LATER);
      const known = ahead.items.size;

      await service.kill();
      const changed = await putBack();
      // What the reader has and the copy has not is gone before the service looks, and nobody will tell of it.
      await apart.mockProviders.resize({ ...of, sizes: { contacts: SIZE } });
      for (let i = 0; i < 2 * LATER; i += 1)
        await apart.mockProviders.change({ ...of, type: 'contacts', title: `New ${i}` });
      await service.restart(changed);
      await run(2);
      const after = await unwrap(client.GET('/syncs/{id}', { params: { path: { id } } }));
      expect(after.items).toBeGreaterThan(known);

      for (const { cursor } of [ahead, early]) {
        const query = { cursor: cursor ?? '' };
        expectProblem(
          await client.GET('/syncs/{id}/changes', { params: { path: { id }, query } }),
          'cursor-too-old',
          410,
        );
      }
      const loaded = new Map<string, Item>();
      for await (const { item } of streamItems(client, { connectionId, types: ['contact'], archived: true }))
        if (item !== undefined) loaded.set(keyOf(item), item);
      const { items, cursor } = ahead;
      const following = { syncId: id, cursor, once: true, startOver: () => items.clear() };
      for await (const { changes } of followSync(client, following))
        for (const { item } of changes) if (item !== null) items.set(keyOf(item), item);
      expect(items).toEqual(loaded);

      const notices = () => service.logs().match(/put back from an older copy/g) ?? [];
      expect(notices()).toHaveLength(1);
      // Once: what was read since stays good.
      const anew = new FeedCopy(client, id);
      await anew.read();
      await service.restart();
      await run(3);
      expect(await anew.read()).toEqual([]);
      expect(notices()).toEqual([]);
    } finally {
      await service.stop();
    }
  }, 120_000);
});
