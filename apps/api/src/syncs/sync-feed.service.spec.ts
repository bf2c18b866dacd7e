import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '@causeway/crypto';
import { openRecordStore, type RecordStore } from '@causeway/records';
import type { Configuration } from '../configuration/configuration.js';
import { IntegrationItem } from '../integrations/integration-item.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { deletedRecord, itemRecord } from './run-writer.js';
import { SyncFeedService, type WaitingReader } from './sync-feed.service.js';
import { recordKey, SyncSeal } from './sync-records.js';
import type { FoundSync } from './syncs.service.js';

const [ID, OWNER, SALT] = ['syn_1', 'owner', 'salt'];
const COUNT = 700;
const keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]);
const seal = new SyncSeal(keyring, ID);
const limits = { eventStreams: 1, eventStreamsPerCredential: 1, eventStreamsPerOrganization: 1 };
const feed = new SyncFeedService(keyring, new Shutdown(), { limits } as unknown as Configuration);

const item = (id: number) =>
  IntegrationItem.of({
    id: `${id}`,
    type: 'page',
    name: `"},\n😀 ${id}`,
    parentId: 'p',
    properties: { text: 'é'.repeat(200) },
  });
const change = (id: number) => ({
  ...{ op: 'upsert', type: 'page', id: `${id}`, driveId: null, parentId: 'p', item: { ...item(id) }, evidence: null },
  changedAt: new Date(5).toISOString(),
});
const gone = {
  op: 'delete',
  type: 'page',
  id: '0',
  driveId: null,
  parentId: 'p',
  item: null,
  evidence: 'confirmed',
  changedAt: new Date(5).toISOString(),
};
const expected = [...Array.from({ length: COUNT - 1 }, (_, at) => change(at + 1)), gone];

let directory: string;
let records: RecordStore;
let sync: FoundSync;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-feed-'));
  records = await openRecordStore({ kind: 'embedded', directory, report: () => undefined });
  const collection = { id: ID, name: ID, orgId: 'acme', userId: 'ann', connectionId: 'con_1', settings: '' };
  await records.create({ ...collection, createdAt: 0, nextRunAt: 0 });
  await records.claim(OWNER, 60_000, Date.now());
  const upserts = Array.from({ length: COUNT }, (_, id) => itemRecord(SALT, seal, item(id)));
  await records.apply(ID, OWNER, { upserts, deletes: [], seen: false, now: 5 });
  const name = { type: 'page', id: '0', driveId: null, parentId: 'p' };
  const deletes = [deletedRecord(seal, { key: recordKey(SALT, name), name, evidence: 'confirmed' })];
  await records.apply(ID, OWNER, { upserts: [], deletes, seen: false, now: 5 });
  sync = { collection: await records.find(ID) } as FoundSync;
});
afterAll(async () => {
  await records.close();
  await rm(directory, { recursive: true, force: true });
});

test('pages have every change once, in their order, with the item as it was', async () => {
  const found: unknown[] = [];
  const sizes: number[] = [];
  for (let [cursor, more] = [undefined as string | undefined, true]; more;) {
    const query = { limit: 300, waitSeconds: 0, ...(cursor === undefined ? {} : { cursor }) };
    const page = JSON.parse((await feed.page(records, sync, query, {} as WaitingReader)).toString());
    found.push(...page.changes);
    sizes.push(page.changes.length);
    [cursor, more] = [page.nextCursor, page.more];
  }
  expect(sizes).toEqual([300, 300, 100]);
  expect(found).toEqual(expected);
});

test('a stream has the same changes, and goes on after its end', async () => {
  const read = async (cursor?: string) => {
    const chunks = await feed.stream(records, sync, cursor).toArray();
    const lines = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)))
      .toString()
      .trimEnd()
      .split('\n');
    return lines.map((line) => JSON.parse(line));
  };
  const lines = await read();
  expect(lines.slice(0, -1)).toEqual(expected.map((one) => ({ change: one })));
  const { nextCursor } = lines.at(-1).end;
  expect(await read(nextCursor)).toEqual([{ end: { nextCursor: expect.any(String) } }]);
});
