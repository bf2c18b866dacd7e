import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '@causeway/crypto';
import { openRecordStore, type RecordStore } from '@causeway/records';
import { NotionIntegration } from '../integrations/notion/notion.integration.js';
import type { AccountContext, IntegrationItem } from '../integrations/integration.js';
import { newProgress } from './begin-run.js';
import { findGone } from './find-gone.js';
import { RunWriter } from './run-writer.js';
import { openChange, SyncSeal } from './sync-records.js';

const ID = 'syn_1';
const OWNER = 'this process';
const seal = new SyncSeal(new Keyring([{ id: 'k1', secret: randomBytes(32) }]), ID);
const { itemTypes } = new NotionIntegration().definition;
const page = (id: number) => ({ type: 'page', id: String(id), driveId: null, parentId: null }) as IntegrationItem;
const pages = (count: number) => Array.from({ length: count }, (_, id) => page(id));

let directory: string;
let records: RecordStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-syncs-'));
  records = await openRecordStore({ kind: 'embedded', directory, report: () => undefined });
  const owner = { orgId: 'acme', userId: 'ann', connectionId: 'con_1' };
  await records.create({ id: ID, name: ID, ...owner, settings: '', createdAt: 1, nextRunAt: 1 });
  await records.claim(OWNER, 60_000, Date.now());
});
afterEach(async () => {
  await records.close();
  await rm(directory, { recursive: true, force: true });
});

/**
 * A full pass that reads these pages.
 * @param there ids that the provider finds, although its list lacks them
 * @param nameOf each time that it is asked for
 * @returns what it holds back, and what was asked for by its id
 */
async function pass(
  seen: IntegrationItem[],
  parent: string | null,
  heldBefore: readonly string[] = [],
  there: readonly string[] = [],
  nameOf?: (id: string) => string,
) {
  const state = seal.openState({ state: null });
  const writer = new RunWriter(records, ID, OWNER, seal, 'salt', state, newProgress(1));
  await writer.write({ items: seen, seen: true, forgetSeen: true }, {});
  const asked: string[] = [];
  const fetchItem = ({ id }: { id: string }) => {
    asked.push(id);
    const found = page(Number(id));
    const named = nameOf === undefined ? found : { ...found, name: nameOf(id) };
    return Promise.resolve(there.includes(id) ? named : null);
  };
  const account = {} as AccountContext;
  const { signal } = new AbortController();
  const found = { records, id: ID, seal, writer, measured: () => writer.run };
  await findGone({ ...found, integration: { fetchItem }, account, itemTypes, parent, heldBefore, signal });
  return { held: writer.current.held, asked };
}

const evidence = async () => {
  const changes = await records.changes(ID, 0, 1_000, seal.blocks);
  return changes.flatMap((record) => openChange(record).evidence ?? []);
};

test('holds back more than half of a list that has all items, once, and says so', async () => {
  await pass(pages(100), 'a data source');
  const held = { type: 'page', known: 100, missing: 60 };
  expect((await pass(pages(40), 'a data source')).held).toEqual([held]);
  expect(await evidence()).toEqual([]);
  expect((await pass(pages(40), 'a data source', ['page'])).held).toEqual([]);
  expect(await evidence()).toEqual(Array.from({ length: 60 }, () => 'inferred'));
});

test('asks by id for what a search does not find, however many they are, and holds nothing back', async () => {
  await pass(pages(100), null);
  const { held, asked } = await pass(pages(40), null);
  expect(held).toEqual([]);
  expect(asked).toHaveLength(60);
  expect(await evidence()).toEqual(Array.from({ length: 60 }, () => 'confirmed'));
});

test.each(['90', '99'])('asks for all that a list lacks where %s, at one of the ends, is there', async (there) => {
  await pass(pages(100), 'a data source');
  const { asked } = await pass(pages(90), 'a data source', [], [there, '95']);
  expect(new Set(asked)).toEqual(
    new Set(
      pages(100)
        .slice(90)
        .map(({ id }) => id),
    ),
  );
  expect(await evidence()).toEqual(Array.from({ length: 8 }, () => 'confirmed'));
});

test('asks for two of those that a list lacks, and infers the rest', async () => {
  await pass(pages(100), 'a data source');
  expect((await pass(pages(90), 'a data source')).asked).toEqual(['90', '99']);
  expect(await evidence()).toEqual(Array.from({ length: 10 }, () => 'inferred'));
});

test('asks once for an item that is another one at every request', async () => {
  await pass(pages(10), null);
  let turn = 0;
  const { asked } = await pass(pages(8), null, [], ['8', '9'], () => `name ${(turn += 1)}`);
  expect(asked).toEqual(['8', '9']);
  expect(await evidence()).toEqual([]);
});
