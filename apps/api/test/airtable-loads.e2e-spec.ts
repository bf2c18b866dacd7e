import { createCauseway, type CausewayClient } from '@causeway/client';
import { startMockProviders, type MockProvidersProcess, type Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { streamed, type Wish } from './support/streamed.js';
import { someone } from './support/users.js';

const provider = 'airtable';
const account = 'usrTheoPenhallow2';

let running: MockProvidersProcess;
let service: Service;
let causeway: CausewayClient;
beforeAll(async () => {
  running = await startMockProviders();
  service = await startProduction(await unlimited(running.mockProviders));
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(() => Promise.all([service?.stop(), running?.stop()]));

/** What an account of these sizes holds. A new connection: what was read of an account is remembered for a minute. */
async function connection(sizes: Record<string, number>) {
  const none = { baseCopies: 0, deniedBases: 0, primaryFieldTables: 0, recordKilobytes: 0 };
  await running.mockProviders.resize({ provider, account, sizes: { ...none, tablesPerBase: 2, ...sizes } });
  const { id } = await connect(causeway, provider, someone(), { account });
  return (wish: Wish) => streamed(`${service.url}/connections/${id}/items`, wish);
}

test('gives the tables and records of a copied base too, whose ids are those of the original', async () => {
  const load = await connection({ bases: 1, baseCopies: 1, recordsPerTable: 120 });
  const { items, end } = await load({ types: 'base,table,record' });
  expect(end).toMatchObject({ complete: true, byType: { base: 2, table: 4, record: 480 }, duplicates: 0 });
  const [original, copy] = items.filter(({ type }) => type === 'base');
  const of = (base?: string) => items.filter(({ driveId, type }) => type === 'record' && driveId === base);
  expect(
    of(copy?.id)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(
    of(original?.id)
      .map(({ id }) => id)
      .sort(),
  );
});

test('names the bases that cannot be read, and gives all others', async () => {
  const load = await connection({ bases: 2, deniedBases: 2, recordsPerTable: 3 });
  const { items, end } = await load({ types: 'base,record' });
  const denied = items.filter(({ properties }) =>
    ['none', 'interfaceOnly'].includes(String(properties['permissionLevel'])),
  );
  expect(denied).toHaveLength(2);
  expect(end).toMatchObject({ complete: false, byType: { base: 4, record: 12 } });
  const incomplete = denied.map(({ id }) => ({ type: 'record', parentId: id }));
  expect(end).toMatchObject({ incomplete: expect.arrayContaining(incomplete.map(expect.objectContaining)) });
});

test('narrows a load to one base or one table, and promises that nothing is missing there', async () => {
  const load = await connection({ bases: 2, recordsPerTable: 3 });
  const all = await load({ types: 'table,record' });
  expect(all.end).toMatchObject({ complete: true, exhaustive: { table: false, record: false } });
  const [table] = all.items.filter(({ type }) => type === 'table');
  const inBase = await load({ types: 'table,record', parent: table?.driveId ?? '' });
  expect(inBase.end).toMatchObject({ byType: { table: 2, record: 6 }, exhaustive: { table: true, record: true } });
  const inTable = await load({ types: 'record', parent: `${table?.driveId}/${table?.id}` });
  expect(inTable.items.map(({ parentId }) => parentId)).toEqual([table?.id, table?.id, table?.id]);
});

test('gives records that were made since a time and never edited', async () => {
  const load = await connection({ bases: 1, recordsPerTable: 70 });
  const { items } = await load({ types: 'record' });
  const made = items.map(({ creationTime }) => creationTime ?? '').sort();
  const updatedSince = made[made.length / 2];
  const { items: changed } = await load({ types: 'record', updatedSince });
  const since = items.filter(({ creationTime }) => (creationTime ?? '') >= (updatedSince ?? ''));
  expect(changed.map(({ id }) => id)).toEqual(expect.arrayContaining(since.map(({ id }) => id)));
  expect(changed.length).toBeLessThan(items.length);
});

test('gives every record a name in text or none, and every field type a value', async () => {
  const load = await connection({ bases: 1, primaryFieldTables: 99, recordsPerTable: 24 });
  const { items, end } = await load({ types: 'record', properties: 'all' });
  expect(end).toMatchObject({ complete: true, items: 16 * 24 });
  const names = items.map(({ name }) => name);
  expect(names.filter((name) => name === null || /object Object/.test(name)).length).toBeLessThan(60);
  expect(names).toEqual(expect.arrayContaining(['4006381000001', '#ERROR!', '2', '0.25', '1800']));
  const linked = items.find(({ properties }) => Array.isArray(properties['Related']));
  expect(linked?.properties).toMatchObject({ 'Related (names)': linked?.properties['Names of related'] });
  expect(new Set(items.flatMap(({ properties }) => Object.keys(properties))).size).toBe(35);
});

test('reads records of 400 kB by smaller pages, because a hundred of them are too large to be read at once', async () => {
  const load = await connection({ bases: 1, tablesPerBase: 1, recordsPerTable: 120, recordKilobytes: 400 });
  const { items, end } = await load({ types: 'record' });
  expect(end).toMatchObject({ complete: true, items: 120, duplicates: 0 });
  expect(String(items[119]?.properties['Chapter 1'])).toHaveLength(98_304);
}, 60_000);
