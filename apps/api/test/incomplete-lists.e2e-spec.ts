import { randomUUID } from 'node:crypto';
import { createCauseway, type CausewayClient } from '@causeway/client';
import { startMockProviders, type Service, type MockProvidersProcess } from '@causeway/testing';
import { connect } from './support/connect.js';
import { startPlainProvider, type PlainProvider } from './support/plain-provider.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { streamed } from './support/streamed.js';
import { someone } from './support/users.js';

let mockProviders: MockProvidersProcess;
let provider: PlainProvider;
let service: Service;
let causeway: CausewayClient;
let hubspot: string;

/** Bodies by path with query or by path; what is not listed is a 403 of that provider. */
type Bodies = Record<string, object>;
function answerWith(bodies: Bodies): void {
  provider.answer = (request, response) => {
    const target = decodeURIComponent(request.url ?? '').replace(/[?&](limit|properties|pageSize)=[^&]*/g, '');
    const body = bodies[target.replace(/^([^?]*)&/, '$1?')];
    response.writeHead(body === undefined ? 403 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { category: 'MISSING_SCOPES', error: { type: 'INVALID_PERMISSIONS' } }));
  };
}

beforeAll(async () => {
  [mockProviders, provider] = await Promise.all([startMockProviders(), startPlainProvider()]);
  await unlimited(mockProviders.mockProviders);
  service = await startProduction(mockProviders.mockProviders, {
    HUBSPOT_API_URL: provider.url,
    AIRTABLE_API_URL: provider.url,
  });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  answerWith({});
  hubspot = (await connect(causeway, 'hubspot', someone())).id;
});
afterAll(async () => {
  provider?.stop();
  await Promise.all([service?.stop(), mockProviders?.stop()]);
});
beforeEach(() => {
  provider.seen = [];
});

const stream = (id: string, types: string) => streamed(`${service.url}/connections/${id}/items`, { types });
const streamedIds = async (id: string, types: string) => {
  const { items, end } = await stream(id, types);
  return { ids: items.map((item) => item.id).sort(), end };
};

/** All pages of a load; a page that is a problem ends it. */
async function paged(id: string, types: string[], limit = 100) {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 30; pages += 1) {
    const { data, error } = await causeway.GET('/connections/{id}/items', {
      params: { path: { id }, query: { types, limit, ...(cursor === undefined ? {} : { cursor }) } },
      headers: { 'cache-control': 'no-cache' },
    });
    if (data === undefined) return { ids: found.sort(), error };
    found.push(...data.items.map((item) => item.id));
    if (data.nextCursor === null) return { ids: found.sort(), last: data };
    cursor = data.nextCursor;
  }
  throw new Error('The pages do not end.');
}

const CONTACTS = '/crm/objects/2026-09/contacts';
const COMPANIES = '/crm/objects/2026-09/companies';
const DEALS = '/crm/objects/2026-09/deals';
const next = (after: unknown) => ({ paging: { next: { after } } });
const malformed = expect.objectContaining({ slug: 'provider-unavailable' });

describe('a page of good items', () => {
  test.each([
    ['a cursor that is an object', { after: {} }],
    ['a cursor that is null', { after: null }],
    ['a cursor that was given before', { after: 'b' }],
  ])('with %s gives the items, then says what is wrong', async (_, cursor) => {
    answerWith({
      [CONTACTS]: { results: [{ id: '1' }], ...next('b') },
      [`${CONTACTS}?after=b`]: { results: [{ id: '2' }, { id: '3' }], paging: { next: cursor } },
    });
    const { ids: given, end } = await streamedIds(hubspot, 'contact');
    expect(given).toEqual(['1', '2', '3']);
    expect(end).toMatchObject({ complete: false, problem: malformed, resumeCursor: expect.any(String) });
    const { ids: read, last } = await paged(hubspot, ['contact']);
    expect(read).toEqual(['1', '2', '3']);
    expect(last).toMatchObject({ incomplete: [{ type: 'contact', parentId: null, problem: malformed }] });
  });

  test('goes on after a cursor that has become good', async () => {
    const first = { results: [{ id: '1' }], ...next('b') };
    answerWith({ [CONTACTS]: first, [`${CONTACTS}?after=b`]: { results: [{ id: '2' }], ...next('b') } });
    const { end } = await streamedIds(hubspot, 'contact');
    answerWith({
      [CONTACTS]: first,
      [`${CONTACTS}?after=b`]: { results: [{ id: '2' }], ...next('c') },
      [`${CONTACTS}?after=c`]: { results: [{ id: '3' }] },
    });
    const rest = await streamed(`${service.url}/connections/${hubspot}/items`, { cursor: end?.resumeCursor ?? '' });
    expect(rest.items.map(({ id }) => id)).toEqual(['3']);
    expect(rest.end).toMatchObject({ complete: true, resumeCursor: null });
  });

  test.each([
    ['that is null', null],
    ['without an id', { properties: {} }],
    ['that is a text', 'contact'],
  ])('and one entry %s gives the items, goes on, and says what is wrong', async (_, entry) => {
    answerWith({
      [CONTACTS]: { results: [{ id: '1' }, entry, { id: '2' }], ...next('b') },
      [`${CONTACTS}?after=b`]: { results: [{ id: '3' }] },
    });
    const { ids: given, end } = await streamedIds(hubspot, 'contact');
    expect(given).toEqual(['1', '2', '3']);
    expect(end).toMatchObject({ complete: false, problem: malformed });
    const { ids: read, last } = await paged(hubspot, ['contact'], 1);
    expect(read).toEqual(['1', '2', '3']);
    expect(last).toMatchObject({ incomplete: [{ type: 'contact', parentId: null, problem: malformed }] });
  });
});

describe('a list of bases', () => {
  // What was read of an account is remembered for a minute: each test has an account of its own.
  let id: string;
  beforeEach(async () => {
    answerWith({ '/v0/meta/whoami': { id: `usr${randomUUID()}` } });
    ({ id } = await connect(causeway, 'airtable', someone()));
  });

  const bases = (...of: string[]) => of.map((id) => ({ id, name: id, permissionLevel: 'create' }));
  const tablesOf = (base: string) => ({ tables: [{ id: `tbl${base}`, primaryFieldId: 'fld1', fields: [] }] });
  const recordsOf = (base: string) => ({ records: [{ id: `rec${base}`, fields: {} }] });
  const trees = (...of: string[]): Bodies =>
    Object.fromEntries(
      of.flatMap((base) => [
        [`/v0/meta/bases/${base}/tables`, tablesOf(base)],
        [`/v0/${base}/tbl${base}`, recordsOf(base)],
      ]),
    );

  test('with the same base twice side by side comes to an end, and each record is given once', async () => {
    answerWith({
      '/v0/meta/bases': { bases: bases('appA', 'appB', 'appB', 'appC') },
      ...trees('appA', 'appB', 'appC'),
    });
    const { ids: given, end } = await streamedIds(id, 'record');
    expect(given).toEqual(['recappA', 'recappB', 'recappC']);
    expect(end).toMatchObject({ complete: true, items: 3 });
    expect((await paged(id, ['table', 'record'], 1)).ids).toHaveLength(6);
  }, 20_000);

  test('with one base that is forbidden gives all others, and names that one', async () => {
    answerWith({ '/v0/meta/bases': { bases: bases('appD', 'appE', 'appF') }, ...trees('appD', 'appF') });
    const left = { type: 'record', parentId: 'appE', problem: expect.objectContaining({ slug: 'provider-rejected' }) };
    const { ids: given, end } = await streamedIds(id, 'record');
    expect(given).toEqual(['recappD', 'recappF']);
    expect(end).toMatchObject({ complete: false, incomplete: [left] });
    const { ids: read, last, error } = await paged(id, ['record'], 1);
    expect(error).toBeUndefined();
    expect(read).toEqual(['recappD', 'recappF']);
    expect(last).toMatchObject({ incomplete: [left] });
  });
});

describe('one type that is forbidden', () => {
  const rest = {
    [CONTACTS]: { results: [{ id: '1' }], ...next('b') },
    [`${CONTACTS}?after=b`]: { results: [{ id: '2' }] },
    [DEALS]: { results: [{ id: '9' }] },
  };
  const left = {
    type: 'company',
    parentId: null,
    problem: expect.objectContaining({ slug: 'provider-rejected', providerCode: 'MISSING_SCOPES' }),
  };

  test('is left out of a paged load, and named on its last page only', async () => {
    answerWith(rest);
    const { data } = await causeway.GET('/connections/{id}/items', {
      params: { path: { id: hubspot }, query: { types: ['contact', 'company', 'deal'], limit: 1 } },
    });
    expect(data).not.toHaveProperty('incomplete');
    const { ids: read, last, error } = await paged(hubspot, ['contact', 'company', 'deal'], 1);
    expect(error).toBeUndefined();
    expect(read).toEqual(['1', '2', '9']);
    expect(last).toMatchObject({ incomplete: [left] });
  });

  test('is left out of a streamed load, and its cursor gives that type once it is allowed', async () => {
    answerWith(rest);
    const { ids: given, end } = await streamedIds(hubspot, 'contact,company,deal');
    expect(given).toEqual(['1', '2', '9']);
    expect(end).toMatchObject({ complete: false, incomplete: [left], problem: left.problem });
    answerWith({ ...rest, [COMPANIES]: { results: [{ id: '5' }] } });
    const later = await streamed(`${service.url}/connections/${hubspot}/items`, {
      cursor: end?.resumeCursor ?? '',
    });
    expect(later.items.map(({ id }) => id)).toEqual(['5']);
    expect(later.end).toMatchObject({ complete: true });
    expect(later.end).not.toHaveProperty('incomplete');
  });

  test('is the problem of the load where nothing else was asked for', async () => {
    answerWith({});
    const { error } = await paged(hubspot, ['company', 'deal']);
    expect(error).toMatchObject({ slug: 'provider-rejected', providerCode: 'MISSING_SCOPES' });
  });

  test('in the middle of its list is the problem of that page, whose cursor gives the rest once it is allowed', async () => {
    answerWith({ [CONTACTS]: { results: [{ id: '1' }], ...next('b') } });
    const read = (cursor?: string) =>
      causeway.GET('/connections/{id}/items', {
        params: { path: { id: hubspot }, query: { types: ['contact'], limit: 1, ...(cursor && { cursor }) } },
        headers: { 'cache-control': 'no-cache' },
      });
    const first = await read();
    expect(first.data?.items.map(({ id }) => id)).toEqual(['1']);
    const cursor = first.data?.nextCursor ?? '';
    expect((await read(cursor)).error).toMatchObject({ slug: 'provider-rejected', providerCode: 'MISSING_SCOPES' });
    answerWith(rest);
    expect((await read(cursor)).data).toMatchObject({ items: [{ id: '2' }], nextCursor: null });
  });
});
