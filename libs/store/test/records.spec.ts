import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { openLmdb } from '../src/embedded/database.js';
import { KIND, recordKey } from '../src/embedded/keys.js';
import { Records } from '../src/embedded/records.js';

let directory: string;
let db: RootDatabase<Buffer, Uint8Array>;
let records: Records;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-store-'));
  db = (await openLmdb(directory)).lmdb;
  records = new Records(db);
});
afterEach(async () => {
  await db.close();
  await rm(directory, { recursive: true });
});

const key = (name: string) => recordKey(KIND.value, 'partition', name);
const put = (name: string, expiresAt?: number) =>
  db.transaction(() => records.put(key(name), Buffer.from(name), expiresAt));
const sweep = (now: number, most = 100) => db.transaction(() => records.sweep(now, most).length);

it('removes expired records and nothing else', async () => {
  await put('expires at 10', 10);
  await put('expires at 11', 11);
  await put('never expires');
  expect(records.get(key('expires at 10'), 9)?.toString()).toBe('expires at 10');
  expect(records.get(key('expires at 10'), 10)).toBeUndefined();
  expect(await sweep(10)).toBe(1);
  // Each record that expires has a second key, for its expiry.
  expect(db.getKeysCount()).toBe(3);
  expect(records.get(key('expires at 11'), 10)?.toString()).toBe('expires at 11');
  expect(records.get(key('never expires'), 1e15)?.toString()).toBe('never expires');
});

it('drops an expiry that was postponed, lifted, or whose record was removed', async () => {
  for (const name of ['postponed', 'lifted', 'removed']) await put(name, 10);
  await put('postponed', 20);
  await put('lifted');
  await db.transaction(() => records.remove(key('removed')));
  expect(await sweep(15)).toBe(0);
  expect(db.getKeysCount()).toBe(3);
  expect(await sweep(20)).toBe(1);
  expect(db.getKeysCount()).toBe(1);
});

it('removes at most the given number of records', async () => {
  for (let i = 0; i < 5; i++) await put(`${i}`, 10);
  expect(await sweep(10, 3)).toBe(3);
  expect(await sweep(10, 3)).toBe(2);
  expect(db.getKeysCount()).toBe(0);
});
