import { setTimeout as sleep } from 'node:timers/promises';
import { createCauseway, unwrap } from '@causeway/client';
import { startMockProviders, startPostgres, startRedis } from '@causeway/testing';
import type { MockProvidersProcess, PostgresServer, RedisServer, Service } from '@causeway/testing';
import { connect } from '../support/connect.js';
import { eventually } from '../support/eventually.js';
import { FeedCopy } from '../support/feed-copy.js';
import { ADMIN_KEY, startProduction, unlimited } from '../support/production.js';
import { runsOf } from '../support/sync-runs.js';
import { someone } from '../support/users.js';

const AWAY_MS = 30_000;
const CONTACTS = '/crm/objects/2026-09/contacts';
const SIZE = 2_000;
/** A fiftieth is archived, in a list of its own. */
const KNOWN = SIZE + SIZE / 50;
const TIMEOUT_MS = 300_000;

let apart: MockProvidersProcess;
let redis: RedisServer;
let postgres: PostgresServer;
let service: Service;
let accounts = 0;
beforeAll(async () => {
  [apart, redis, postgres] = await Promise.all([
    startMockProviders(),
    startRedis({ appendOnly: true }),
    startPostgres(),
  ]);
  await unlimited(apart.mockProviders);
  const shared = { REDIS_URL: redis.url, DATABASE_URL: (await postgres.database()).url };
  service = await startProduction(apart.mockProviders, shared);
}, 60_000);
afterEach(() => apart.mockProviders.clearFaults());
afterAll(async () => {
  await Promise.all([service?.stop(), apart?.stop(), redis?.stop()]);
  await postgres?.stop();
});

const client = () => createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
const path = (id: string) => ({ params: { path: { id } } });

/** A sync of an account of its own, and its feed, read up to the end of the first run. */
async function synced() {
  const account = String(820_000_000 + (accounts += 1));
  const resize = (contacts: number) =>
    apart.mockProviders.resize({ provider: 'hubspot', account, sizes: { contacts } });
  await apart.mockProviders.addAccount({ provider: 'hubspot', account, sizes: { contacts: SIZE } });
  const { id: connectionId } = await connect(client(), 'hubspot', someone(), { account });
  const { id } = await unwrap(client().POST('/syncs', { body: { connectionId, types: ['contact'] } }));
  const copy = new FeedCopy(client(), id);
  const run = () => client().POST('/syncs/{id}/run', { ...path(id), body: { full: true } });
  await complete(id, run);
  await copy.read();
  expect(copy.items.size).toBe(KNOWN);
  return { id, copy, resize, run };
}

/** Asks again for a run that has failed; a run that goes on by itself is waited for. */
async function complete(id: string, run: () => Promise<unknown>): Promise<void> {
  await eventually(async () => {
    const [newest] = await runsOf(client(), id);
    if (newest !== undefined && ['incomplete', 'failed'].includes(newest.outcome)) await run();
    expect(newest).toMatchObject({ kind: 'full', outcome: 'complete' });
  }, 120_000);
}

test.each([
  ['Redis', () => redis.kill(), () => redis.restart()],
  ['PostgreSQL', () => postgres.kill(), () => postgres.start()],
])(
  '%s is away for 30 seconds during a run: no item of the provider is deleted, and a full pass heals the rest',
  async (what, kill, start) => {
    const { id, copy, resize, run } = await synced();
    const gone = 100;
    await resize(SIZE - gone);
    await apart.mockProviders.clearLog();
    await apart.mockProviders.fault({ provider: 'hubspot', on: CONTACTS, kind: 'latency', ms: 300 });
    await run();
    await eventually(
      async () => expect((await apart.mockProviders.log('hubspot')).dataCalls).toBeGreaterThan(6),
      60_000,
    );
    await kill();
    await sleep(AWAY_MS);
    const { status } = await fetch(`${service.url}/health/live`);
    expect(status).toBe(200);
    await start();
    await apart.mockProviders.clearFaults();
    await eventually(async () => expect((await runsOf(client(), id)).length).toBeGreaterThan(1), 60_000);
    const during = await runsOf(client(), id);
    await complete(id, run);
    const changes = await copy.read();
    const present = SIZE - gone + (SIZE - gone) / 50;
    expect(copy.items.size).toBe(present);
    expect(changes.filter(({ op }) => op === 'delete')).toHaveLength(KNOWN - present);
    const runs = await runsOf(client(), id);
    process.stdout.write(
      `${what} away ${AWAY_MS / 1000} s: ${runs.length} runs, ${runs.map(({ outcome, problem }) => problem?.slug ?? outcome).join(', ')}` +
        `; at first ${during[0]?.outcome}\n`,
    );
  },
  TIMEOUT_MS,
);

test(
  'a provider that does not respond fails the run and deletes nothing',
  async () => {
    const { id, copy, resize, run } = await synced();
    await resize(SIZE - 100);
    await apart.mockProviders.fault({ provider: 'hubspot', on: CONTACTS, kind: 'never-answers', skip: 2 });
    await run();
    const failed = await eventually(async () => {
      const [newest] = await runsOf(client(), id);
      expect(newest).toMatchObject({ outcome: 'incomplete', deleted: 0 });
      return newest;
    }, 240_000);
    process.stdout.write(
      `no response: ${failed?.problem?.slug} after ${(Date.parse(failed?.endedAt ?? '') - Date.parse(failed?.startedAt ?? '')) / 1000} s\n`,
    );
    expect((await copy.read()).filter(({ op }) => op === 'delete')).toEqual([]);
    await apart.mockProviders.clearFaults();
    await complete(id, run);
    await copy.read();
    expect(copy.items.size).toBe(SIZE - 100 + (SIZE - 100) / 50);
  },
  TIMEOUT_MS,
);
