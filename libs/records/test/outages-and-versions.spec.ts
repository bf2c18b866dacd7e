import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import pg from 'pg';
import { startPostgres } from '@causeway/testing';
import { openRecordStore } from '../src/index.js';
import { MIGRATIONS } from '../src/postgres/migrations.js';
import { LEASE_MS, newCollection, startedSuite, seal } from './support/record-store-suite.js';

/** A store that is away, or that an earlier version has written. */
const suite = startedSuite();

test('while PostgreSQL is away every request says so, and works again afterwards', async () => {
  const own = await startPostgres();
  const { url } = await own.database();
  const store = await openRecordStore({ kind: 'postgres', url, report: suite().report });
  try {
    const collection = newCollection();
    await store.create(collection);
    await own.kill();
    await expect(store.find(collection.id)).rejects.toMatchObject({ slug: 'store-unavailable' });
    const away = await openRecordStore({ kind: 'postgres', url, report: suite().report });
    await expect(away.ping()).rejects.toMatchObject({ slug: 'store-unavailable' });
    await own.start();
    expect(await store.find(collection.id)).toMatchObject({ id: collection.id });
    await away.ping();
    await away.close();
    expect(suite().reports.join('\n')).not.toContain(new URL(url).password);
  } finally {
    await store.close();
    await own.stop();
  }
}, 60_000);

test('what earlier versions wrote of records is read again, as by a new sync', async () => {
  const own = await mkdtemp(join(tmpdir(), 'causeway-records-'));
  try {
    const root = open({ path: join(own, 'syncs.mdb'), noSubdir: true, maxDbs: 16 });
    const earlier = (name: string) => root.openDB<unknown, [string, string | number] | string>({ name });
    const made = newCollection({ nextRunAt: 5 });
    const paused = newCollection({ createdAt: made.createdAt - 1 });
    const run = { version: 3, state: 'state', requested: null, requestedAt: null, claimed: 'full', running: true };
    const counts = { size: 1, sequence: 1, deletesFrom: 0, lastNumber: 1, lastPage: 1, generation: 'earlier' };
    for (const collection of [made, paused])
      await earlier('collections').put(collection.id, { ...collection, ...run, ...counts });
    await earlier('keys').put([made.id, '1'], [1, 'x', false, 1]);
    await earlier('records').put([made.id, 1], ['1', 'a', false, 1, 1, 1]);
    await earlier('values').put([made.id, 1], '1=x');
    await earlier('feed').put([made.id, 1], 1);
    await earlier('runs').put([made.id, 1], 'run');
    await root.close();
    for (const turn of [1, 2]) {
      const store = await openRecordStore({ kind: 'embedded', directory: own, report: suite().report });
      const [first, second] = await store.list({}, 10, null);
      expect(first).toMatchObject({ ...made, version: 3, state: null, running: false, size: 0, sequence: 0 });
      expect(second).toMatchObject({ ...paused, nextRunAt: null });
      expect(first?.generation).not.toBe('earlier');
      expect(await store.runs(made.id, 10, null)).toEqual([]);
      if (turn === 2) {
        expect((await store.claim('owner', LEASE_MS, Date.now()))?.id).toBe(made.id);
        const progress = { state: () => 'state', run: { number: 1, value: () => 'run', keep: 3 } };
        const upserts = [{ key: '1', type: 'a', hash: 'x', value: () => '1=x' }];
        const changes = { upserts, deletes: [], seal, seen: true, progress, now: 1 };
        expect(await store.apply(made.id, 'owner', changes)).toMatchObject({ added: 1 });
      }
      await store.close();
    }
  } finally {
    await rm(own, { recursive: true, force: true });
  }
});

test('PostgreSQL migrates what earlier versions wrote to that', async () => {
  const { url } = await suite().postgres.database();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const [first = '', second = ''] = MIGRATIONS;
  await client.query(`create table causeway_migrations (version integer primary key); ${first}; ${second}`);
  await client.query(`insert into causeway_migrations values (1), (2);
    insert into causeway_collections (id, name, org_id, user_id, connection_id, settings, state, created_at, next_run_at,
      running, size, sequence, last_number, generation)
    values ('syn_1', 'one', 'acme', 'ann', 'con_1', 'settings', 'state', 1, 5, true, 1, 1, 1, 'earlier');
    insert into causeway_runs values ('syn_1', 1, 'run');
    insert into causeway_records values ('syn_1', '1', 'a', 'x', '1=x', false, 1, 1, 1);`);
  await client.end();
  const store = await openRecordStore({ kind: 'postgres', url, report: suite().report });
  try {
    const found = await store.find('syn_1');
    expect(found).toMatchObject({ settings: 'settings', state: null, running: false, size: 0, nextRunAt: 5 });
    expect(found?.generation).toMatch(/^\w{12}$/);
    expect(await store.runs('syn_1', 10, null)).toEqual([]);
    expect((await store.claim('owner', LEASE_MS, Date.now()))?.id).toBe('syn_1');
  } finally {
    await store.close();
  }
});
