import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Keyring } from '@causeway/crypto';
import { openRecordStore, type RecordChanges, type RecordStore } from '@causeway/records';
import { IntegrationItem } from '../integrations/integration-item.js';
import { newProgress } from './begin-run.js';
import { LeaseLostError, RunWriter } from './run-writer.js';
import { SyncSeal } from './sync-records.js';

const [ID, OWNER] = ['syn_1', 'owner'];
const seal = new SyncSeal(new Keyring([{ id: 'k1', secret: randomBytes(32) }]), ID);

let directory: string;
let records: RecordStore;
/** How many items each write had. */
let written: number[];
let writer: RunWriter;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-run-writer-'));
  records = await openRecordStore({ kind: 'embedded', directory, report: () => undefined });
  const collection = { id: ID, name: ID, orgId: 'acme', userId: 'ann', connectionId: 'con_1', settings: '' };
  await records.create({ ...collection, createdAt: 0, nextRunAt: 0 });
  await records.claim(OWNER, 60_000, Date.now());
  written = [];
  const apply = records.apply.bind(records);
  records.apply = (id: string, owner: string, changes: RecordChanges) => {
    written.push(changes.upserts.length);
    return apply(id, owner, changes);
  };
  writer = new RunWriter(records, ID, OWNER, seal, 'salt', seal.openState({ state: null }), newProgress(1));
});
afterEach(async () => {
  await records.close();
  await rm(directory, { recursive: true, force: true });
});

const items = (...ids: string[]) => ids.map((id) => IntegrationItem.of({ id, type: 'page', name: null }));
const add = (container: string, ...ids: string[]) =>
  writer.add(items(...ids), true, { cursor: null, containers: [container] }, () => writer.run);

async function stateOf() {
  const collection = await records.find(ID);
  if (collection === null) throw new Error('the collection is gone');
  return { ...collection, progress: seal.openState(collection).progress };
}

test('a page is written at once, and those that come right after it together, with where the last of them goes on', async () => {
  await add('one', '1', '2');
  await add('two', '3');
  await add('three', '4', '1');
  await writer.flush();
  expect(written).toEqual([2, 3]);
  expect(await stateOf()).toMatchObject({
    size: 4,
    progress: { containers: ['three'], run: { added: 4, unchanged: 1 } },
  });
});

test('a page that comes later does not wait for another one', async () => {
  await add('one', '1');
  await sleep(300);
  await add('two', '2');
  expect(written).toEqual([1, 1]);
  await writer.flush();
  expect((await stateOf()).progress).toMatchObject({ containers: ['two'], run: { added: 2 } });
});

test('many items are written at once, and the next ones wait for that', async () => {
  const many = (from: number) => Array.from({ length: 2_100 }, (_, at) => `${from + at}`);
  await add('one', 'first');
  await add('two', ...many(0));
  expect(written).toEqual([1, 2_100]);
  await add('three', ...many(2_100));
  expect((await stateOf()).size).toBeGreaterThanOrEqual(2_101);
  expect(written).toEqual([1, 2_100, 2_100]);
});

test('after a write that failed, nothing more is written', async () => {
  await records.release(ID, OWNER);
  await add('one', '1');
  await add('two', '2');
  await expect(writer.flush()).rejects.toThrow(LeaseLostError);
  await expect(writer.flush()).rejects.toThrow(LeaseLostError);
  expect(written).toEqual([1]);
  expect((await stateOf()).size).toBe(0);
});
