import { createCauseway, type CausewayClient, type Item } from '@causeway/client';
import {
  startMockProviders,
  startService,
  type MockProviders,
  type MockProvidersProcess,
  type Service,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect } from './support/connect.js';
import { items, type LoadWish } from './support/load.js';
import { ADMIN_KEY, unlimited } from './support/production.js';
import { streamed } from './support/streamed.js';
import { someone } from './support/users.js';

const SIZES = { references: 3, blockDepth: 0, unindexedRows: 0, searchLimit: 100_000, rowsPerDataSource: 10 };

let provider: MockProvidersProcess;
let mockProviders: MockProviders;
let service: Service;
let causeway: CausewayClient;
let connection: string;
const user = someone();

beforeAll(async () => {
  provider = await startMockProviders();
  mockProviders = await unlimited(provider.mockProviders);
  const apps = new Apps(mockProviders);
  await apps.become('notion', { withoutUserInformation: true });
  service = await startService({ env: apps.environment() });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  connection = (await connect(causeway, 'notion', user)).id;
});
afterAll(() => Promise.all([service?.stop(), provider?.stop()]));
afterEach(() => mockProviders.resize({ provider: 'notion', sizes: SIZES }));

const load = (wish: LoadWish = {}) => items(causeway, 'notion', user, wish);
const stream = (query: Record<string, string>) => streamed(`${service.url}/connections/${connection}/items`, query);
const idsOf = (all: readonly Item[]) => all.map(({ id }) => id).sort();
const crewOf = (all: readonly Item[]) => all.filter(({ properties }) => 'Crew' in properties);

it('has a value of every kind of property, also without names of people', async () => {
  const [row] = crewOf(await load());
  const text = expect.stringMatching(/./);
  const day = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);
  const uuid = expect.stringMatching(/^[\da-f-]{36}$/);
  const given = row?.properties ?? {};
  expect(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))).toMatchObject({
    Status: text,
    Done: expect.any(Boolean),
    Tags: expect.any(Array),
    Priority: text,
    Crew: [uuid, uuid, uuid],
    'Depends on': [uuid, uuid, uuid],
    Mentions: text,
    Dependencies: 3,
    Scores: [expect.any(Number), expect.any(Number), expect.any(Number)],
    Deadline: expect.stringMatching(/^\d{4}-\d\d-\d\d\/\d{4}-\d\d-\d\d$/),
    'Kinds of tags': { values: [], hasMore: true },
    Code: expect.stringMatching(/^N-\d+$/),
    Blocked: true,
    Weight: 6,
    Review: day,
    Plans: [
      { name: expect.stringMatching(/^plan-\d+\.pdf$/), url: null },
      { name: 'Photo', url: expect.stringMatching(/^https:/) },
    ],
    Sprint: expect.stringContaining('/'),
    Kickoff: expect.stringContaining('T09:00:00.000[Europe/Berlin]'),
    Ticket: expect.stringMatching(/^FERN-\d+$/),
    Verified: { state: expect.stringMatching(/^(un)?verified$/) },
    Created: text,
    Edited: text,
    'Created by': uuid,
    'Edited by': uuid,
  });
  expect(Object.keys(given)).toEqual(expect.arrayContaining(['Due', 'Email', 'Site', 'Start', 'Website', 'Phone']));
});

it('has values of more than 25 references whole', async () => {
  await mockProviders.resize({ provider: 'notion', sizes: { ...SIZES, references: 130, rowsPerDataSource: 2 } });
  const rows = crewOf(await load({ types: ['page'] }));
  expect(rows).toHaveLength(2);
  for (const { properties } of rows) {
    expect(properties).toMatchObject({
      'Depends on': { length: 130 },
      Crew: { length: 130 },
      Scores: { length: 130 },
      Dependencies: 130,
      Weight: 260,
    });
  }
});

it('loads the rows of a data source and of a database that the search does not find', async () => {
  const whole = await load();
  const [source] = whole.filter(({ type }) => type === 'data-source');
  const rows = whole.filter(({ parentId }) => parentId === source?.id);
  await mockProviders.resize({ provider: 'notion', sizes: { ...SIZES, unindexedRows: 6 } });
  const found = await stream({ types: 'page' });
  expect(found.items.filter(({ parentId }) => parentId === source?.id)).toHaveLength(4);
  expect(found.end).toMatchObject({
    complete: true,
    exhaustive: { page: false },
    notExhaustive: { page: expect.stringContaining('search') },
  });
  const within = await stream({ types: 'page', parent: source?.id ?? '' });
  expect(idsOf(within.items)).toEqual(idsOf(rows));
  expect(within.end).toMatchObject({ complete: true, exhaustive: { page: true } });
  const siblings = whole.filter(({ type, parentId }) => type === 'data-source' && parentId === source?.parentId);
  const inDatabase = whole.filter(({ parentId }) => siblings.some(({ id }) => id === parentId));
  expect(idsOf(await load({ types: ['page'], parent: source?.parentId ?? '' }))).toEqual(idsOf(inDatabase));
});

it('loads more rows than a query gives', async () => {
  await mockProviders.resize({ provider: 'notion', sizes: { ...SIZES, rowsPerDataSource: 10_050 } });
  const [source] = await load({ types: ['data-source'] });
  const { items: rows, end } = await stream({ types: 'page', parent: source?.id ?? '' });
  // One row in 41 is in the trash.
  expect([rows.length, end?.['complete']]).toEqual([10_050 - Math.floor(10_050 / 41), true]);
});

it('ends incomplete where the search gives no more', async () => {
  await mockProviders.resize({ provider: 'notion', sizes: { ...SIZES, searchLimit: 60 } });
  const { items: found, end } = await stream({ types: 'page' });
  expect(found.length).toBeLessThanOrEqual(60);
  expect(end).toMatchObject({ complete: false, exhaustive: { page: false } });
});

it('builds a tree of pages, also in blocks, databases and data sources', async () => {
  await mockProviders.resize({ provider: 'notion', sizes: { ...SIZES, blockDepth: 3 } });
  const all = await load({ types: ['page', 'data-source', 'database'] });
  const databases = all.filter(({ type }) => type === 'database');
  expect(databases).toHaveLength(7);
  expect(databases.flatMap(({ children }) => children).sort()).toEqual(
    idsOf(all.filter(({ type }) => type === 'data-source')),
  );
  const known = new Set(all.map(({ id }) => id));
  const outside = all.filter(({ parentId }) => !known.has(parentId ?? ''));
  // Two pages are in the trash, and no search shows them.
  const trashed = outside.filter(({ parentPathOrName }) => parentPathOrName !== 'Fernhill Studio');
  expect(new Set(trashed.map(({ parentId }) => parentId)).size).toBeLessThanOrEqual(2);
  const types = all.map(({ properties }) => properties['parentType'] ?? 'data-source');
  expect([...new Set(types)].sort()).toEqual(['data-source', 'database', 'page', 'workspace']);
});

it('hides what is archived', async () => {
  const hidden = (await load({ types: ['page'] })).filter(({ visibility }) => !visibility);
  expect(hidden).toHaveLength(2);
});
