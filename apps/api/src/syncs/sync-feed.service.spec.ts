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
import { sealCursor } from '../store/sealed-cursor.js';
import { SyncFeedService, type WaitingReader } from './sync-feed.service.js';
import { recordKey, SyncSeal } from './sync-records.js';
import type { FoundSync } from './syncs.service.js';

const [ID, OWNER, SALT] = ['syn_1', 'owner', 'salt'];
const COUNT = 700;
const keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]);
const seal = new SyncSeal(keyring, ID).blocks;
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
  const upserts = Array.from({ length: COUNT }, (_, id) => itemRecord(SALT, item(id)));
  await records.apply(ID, OWNER, { seal, upserts, deletes: [], seen: false, now: 5 });
  const name = { type: 'page', id: '0', driveId: null, parentId: 'p' };
  const deletes = [deletedRecord({ key: recordKey(SALT, name), name, evidence: 'confirmed' })];
  await records.apply(ID, OWNER, { seal, upserts: [], deletes, seen: false, now: 5 });
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

describe('a cursor', () => {
  const own = { id: 'syn_2', name: 'syn_2', orgId: 'acme', userId: 'ann', connectionId: 'con_1', settings: '' };
  const ownSeal = new SyncSeal(keyring, own.id).blocks;
  const found = async () => ({ collection: await records.find(own.id) }) as FoundSync;
  beforeEach(async () => {
    await records.create({ ...own, createdAt: 0, nextRunAt: null });
    await records.acquire(own.id, OWNER, 60_000);
    await records.apply(own.id, OWNER, { seal: ownSeal, upserts: upserts(0, 10), deletes: [], seen: false, now: 5 });
  });
  afterEach(() => records.remove(own.id));

  const upserts = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => itemRecord(SALT, item(from + at)));
  const remove = (ids: number[], now: number) => {
    const names = ids.map((id) => ({ type: 'page', id: `${id}`, driveId: null, parentId: 'p' }));
    const deletes = names.map((name) => deletedRecord({ key: recordKey(SALT, name), name, evidence: 'confirmed' }));
    return records.apply(own.id, OWNER, { seal: ownSeal, upserts: [], deletes, seen: false, now });
  };
  async function read(cursor: string | undefined, limit = 4): Promise<{ ids: string[]; nextCursor: string }> {
    const query = { limit, waitSeconds: 0, ...(cursor === undefined ? {} : { cursor }) };
    const { changes, nextCursor } = pageOf(await feed.page(records, await found(), query, {} as WaitingReader));
    return { ids: changes.map(({ id }) => id), nextCursor };
  }
  const pageOf = (page: Buffer) =>
    JSON.parse(page.toString()) as { changes: { id: string }[]; nextCursor: string; more: boolean };
  const tooOld = expect.objectContaining({ slug: 'cursor-too-old' }) as unknown;

  test('of another generation is too old, wherever it stands', async () => {
    const { nextCursor } = await read(undefined, 10);
    const { nextCursor: early } = await read(undefined);
    await records.renewGeneration(own.id);
    await expect(read(nextCursor)).rejects.toEqual(tooOld);
    await expect(read(early)).rejects.toEqual(tooOld);
    const { nextCursor: anew, ids } = await read(undefined, 10);
    expect(ids).toHaveLength(10);
    expect((await read(anew)).ids).toEqual([]);
  });

  test('that an earlier version gave, without a generation, is too old', async () => {
    await expect(read(sealCursor(keyring, `sync changes ${own.id}`, 7))).rejects.toEqual(tooOld);
  });

  test('of a reader that began after deletes were forgotten goes on to the end, page by page', async () => {
    await records.apply(own.id, OWNER, { seal: ownSeal, upserts: upserts(10, 12), deletes: [], seen: false, now: 5 });
    await remove([10, 11], 5);
    await records.forgetDeletes(6);
    expect(await records.find(own.id)).toMatchObject({ sequence: 14, deletesFrom: 14 });
    const ids: string[] = [];
    for (let page = await read(undefined); page.ids.length > 0; page = await read(page.nextCursor))
      ids.push(...page.ids);
    expect(ids).toEqual(Array.from({ length: 10 }, (_, id) => `${id}`));
  });

  test('of a reader that has what was deleted since, and forgotten, is too old', async () => {
    const { nextCursor } = await read(undefined);
    await remove([2], 5);
    expect((await read(nextCursor)).ids).toEqual(['4', '5', '6', '7']);
    await records.forgetDeletes(6);
    await expect(read(nextCursor)).rejects.toEqual(tooOld);
  });
});
