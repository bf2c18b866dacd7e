import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '@causeway/crypto';
import { openRecordStore, type Collection, type RecordStore } from '@causeway/records';
import { SyncSeal, newSalt, type SyncState } from '../src/syncs/sync-records.js';
import { WatchedContainers } from '../src/syncs/watched-containers.js';

const keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]);
const OWNER = 'a process';
let directory: string;
let records: RecordStore;
let watched: WatchedContainers;
let told: [string, readonly string[]][];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-watched-'));
  records = await openRecordStore({ kind: 'embedded', directory, report: () => undefined });
  watched = new WatchedContainers(records, keyring);
  told = [];
  watched.onChange((syncId, containers) => told.push([syncId, [...containers].sort()]));
});
afterEach(async () => {
  await records.close();
  await rm(directory, { recursive: true, force: true });
});

const settings = { types: ['record'], parent: null, everySeconds: 3_600, fullEverySeconds: 86_400, paused: false };

async function sync(id: string, sealedWith = keyring): Promise<Collection> {
  const owner = { orgId: 'acme', userId: 'ann', connectionId: `con-${id}` };
  const sealed = new SyncSeal(sealedWith, id).settings({ ...settings, salt: newSalt() });
  await records.create({ id, name: id, ...owner, settings: sealed, createdAt: Date.now(), nextRunAt: Date.now() });
  return (await records.find(id)) as Collection;
}

/** A run that ends with these containers. @returns the sync as it was claimed */
async function run(id: string, containers: string[]): Promise<Collection> {
  await records.request(id, 'full', { afterRunning: false });
  const claimed = (await records.claim(OWNER, 60_000, Date.now())) as Collection;
  expect(claimed.id).toBe(id);
  const state = { runs: 1, progress: null, lastRun: null, containers, suspicious: [] } as unknown as SyncState;
  const sealed = new SyncSeal(keyring, id).state(state);
  await records.end(id, OWNER, { state: sealed, run: { number: 1, value: '', keep: 1 }, nextRunAt: null });
  await watched.compare(claimed);
  return claimed;
}

test('tells of the containers only that a sync watches since its run, or no longer', async () => {
  await sync('syn_1');
  await run('syn_1', ['app1', 'app2']);
  await run('syn_1', ['app1', 'app2']);
  await run('syn_1', ['app2', 'app3']);
  expect(told).toEqual([
    ['syn_1', ['app1', 'app2']],
    ['syn_1', ['app1', 'app3']],
  ]);
});

test('tells of all of them where a sync was removed', async () => {
  await sync('syn_1');
  await run('syn_1', ['app1']);
  const before = (await records.find('syn_1')) as Collection;
  await records.remove('syn_1');
  await watched.compare(before);
  expect(told.at(-1)).toEqual(['syn_1', ['app1']]);
  expect(await watched.find('syn_1')).toBeNull();
});

test('one that cannot be read hides none of the others', async () => {
  const other = new Keyring([{ id: 'k2', secret: randomBytes(32) }]);
  await sync('syn_1');
  await run('syn_1', ['app1']);
  await sync('syn_2', other);
  const all = [];
  for await (const one of watched.all()) all.push([one.syncId, one.containers]);
  expect(all.sort()).toEqual([
    ['syn_1', ['app1']],
    ['syn_2', null],
  ]);
});
