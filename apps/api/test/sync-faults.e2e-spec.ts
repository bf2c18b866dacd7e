import { createCauseway, followSync, unwrap, type CausewayClient, type Change } from '@causeway/client';
import { startMockProviders, startPostgres, startRedis, startService } from '@causeway/testing';
import type { MockProvidersProcess, PostgresServer, RedisServer, Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { FeedCopy } from './support/feed-copy.js';
import { makeMovableClock, type MovableClock } from './support/movable-clock.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { ended, runsOf } from './support/sync-runs.js';
import { someone } from './support/users.js';

/** Longer than the feed keeps deletes, so that a clock that was moved could forget them. */
const FORTY_DAYS_MS = 40 * 24 * 60 * 60_000;
const CONTACTS = '/crm/objects/2026-09/contacts';
const SIZE = 250;
/** A fiftieth is archived, in a list of its own. */
const KNOWN = SIZE + 5;

let apart: MockProvidersProcess;
let redis: RedisServer;
let postgres: PostgresServer;
let clock: MovableClock;
let accounts = 0;
const services: Record<string, Service> = {};
beforeAll(async () => {
  [apart, redis, postgres, clock] = await Promise.all([
    startMockProviders(),
    startRedis(),
    startPostgres(),
    makeMovableClock(FORTY_DAYS_MS),
  ]);
  await unlimited(apart.mockProviders);
  const env = { ...productionEnvironment(apart.mockProviders), ...clock.env };
  const shared = { REDIS_URL: redis.url, DATABASE_URL: (await postgres.database()).url };
  services['embedded'] = await startService({ env });
  services['redis'] = await startService({ env: { ...env, ...shared } });
}, 60_000);
afterEach(() => apart.mockProviders.clearFaults());
afterAll(async () => {
  await Promise.all([...Object.values(services).map((service) => service.stop()), apart?.stop(), redis?.stop()]);
  await Promise.all([postgres?.stop(), clock?.remove()]);
});

const path = (id: string) => ({ params: { path: { id } } });

/** A sync of the contacts of an account of its own, after its first run. */
async function synced(client: CausewayClient) {
  const account = String(800_000_000 + (accounts += 1));
  const resize = (contacts: number) =>
    apart.mockProviders.resize({ provider: 'hubspot', account, sizes: { contacts } });
  await apart.mockProviders.addAccount({ provider: 'hubspot', account, sizes: { contacts: SIZE } });
  const { id: connectionId } = await connect(client, 'hubspot', someone(), { account });
  const sync = await unwrap(client.POST('/syncs', { body: { connectionId, types: ['contact'] } }));
  expect(await ended(client, sync.id, 1)).toMatchObject({ outcome: 'complete', added: KNOWN });
  const run = async (full: boolean) => unwrap(client.POST('/syncs/{id}/run', { ...path(sync.id), body: { full } }));
  const create = () => apart.mockProviders.change({ provider: 'hubspot', account, type: 'contacts', title: 'New' });
  return { id: sync.id, copy: new FeedCopy(client, sync.id), resize, run, create };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 2_500));

describe.each(['embedded', 'redis'])('with the %s store', (kind) => {
  const client = () => createCauseway({ baseUrl: services[kind]?.url ?? '', apiKey: ADMIN_KEY });

  test('a list that ends early without a word deletes only what is gone', async () => {
    const { id, copy, resize, run } = await synced(client());
    await resize(SIZE - 4);
    await apart.mockProviders.fault({ provider: 'hubspot', on: CONTACTS, kind: 'empty-list', skip: 2 });
    await run(true);
    // Of the third page, and of what is archived, nothing was listed.
    expect(await ended(client(), id, 2)).toMatchObject({ kind: 'full', outcome: 'complete' });
    const deleted = (await copy.read()).filter(({ op }) => op === 'delete');
    expect(new Set(deleted.map(({ evidence }) => evidence))).toEqual(new Set(['confirmed']));
    const kept = copy.items.size;
    await apart.mockProviders.clearFaults();
    await run(true);
    expect(await ended(client(), id, 3)).toMatchObject({ outcome: 'complete', added: 0, deleted: 0 });
    await copy.read();
    expect(copy.items.size).toBe(kept);
    expect(kept).toBe(SIZE - 4 + 5);
  });

  test.each(['repeated-cursor', 'cut-mid-body', 'malformed-json', 'html'] as const)(
    'a list with %s in the middle deletes nothing, and the next pass does',
    async (fault) => {
      const { id, copy, resize, run } = await synced(client());
      await copy.read();
      await resize(SIZE - 4);
      await apart.mockProviders.fault({ provider: 'hubspot', on: CONTACTS, kind: fault, skip: 1 });
      await run(true);
      const problem = { slug: 'provider-unavailable' };
      expect(await ended(client(), id, 2)).toMatchObject({ outcome: 'incomplete', deleted: 0, problem });
      expect((await copy.read()).filter(({ op }) => op === 'delete')).toEqual([]);
      await apart.mockProviders.clearFaults();
      await run(true);
      expect(await ended(client(), id, 3)).toMatchObject({ outcome: 'complete', problem: null });
      await copy.read();
      expect(copy.items.size).toBe(SIZE - 4 + 5);
    },
    60_000,
  );

  test('a clock that goes forty days forward and back starts one run each time, and forgets no delete', async () => {
    const service = services[kind];
    if (service === undefined) throw new Error('no service');
    const { id, copy, resize, run, create } = await synced(client());
    await copy.read();
    await resize(SIZE - 4);
    await run(true);
    const { deleted } = await ended(client(), id, 2);
    expect(deleted).toBeGreaterThan(0);
    await clock.move(service);
    expect(await ended(client(), id, 3)).toMatchObject({ outcome: 'complete' });
    await settled();
    expect(await runsOf(client(), id)).toHaveLength(3);
    await clock.move(service);
    expect(await ended(client(), id, 4)).toMatchObject({ kind: 'full', outcome: 'complete' });
    await settled();
    expect(await runsOf(client(), id)).toHaveLength(4);
    expect((await copy.read()).filter(({ op }) => op === 'delete')).toHaveLength(deleted);
    expect(service.logs()).not.toContain('not maintained');
    await create();
    await run(false);
    expect(await ended(client(), id, 5)).toMatchObject({ kind: 'changes', outcome: 'complete', added: 1 });
  }, 60_000);
});

test('while PostgreSQL is away a reader that waits is told so, and one that follows goes on afterwards', async () => {
  const client = createCauseway({ baseUrl: services['redis']?.url ?? '', apiKey: ADMIN_KEY });
  const { id, copy, run, create } = await synced(client);
  await copy.read();
  const controller = new AbortController();
  const { signal } = controller;
  const read: Change[] = [];
  const following = (async () => {
    for await (const page of followSync(client, { syncId: id, cursor: copy.cursor, signal }))
      read.push(...page.changes);
  })();
  const end = expect(following).rejects.toBe('enough');
  const query = { cursor: copy.cursor ?? '', waitSeconds: 30 };
  const waiting = client.GET('/syncs/{id}/changes', { params: { ...path(id).params, query } });
  // Until it waits, for nothing else says that it does.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await postgres.kill();
  expectProblem(await waiting, 'store-unavailable', 503);
  await postgres.start();
  await create();
  await eventually(() => run(false), 30_000);
  await eventually(() => expect(read.map(({ op }) => op)).toEqual(['upsert']), 60_000);
  controller.abort('enough');
  await end;
}, 120_000);
