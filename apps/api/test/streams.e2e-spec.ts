import { createCauseway, type Item } from '@causeway/client';
import { connect } from './support/connect.js';
import { startFaultyEnvironment, type FaultSpec, type FaultyEnvironment } from './support/faulty-environment.js';
import { INTEGRATIONS, type IntegrationId } from './support/integration-ids.js';
import { byType, items, keyOf } from './support/load.js';
import { someone } from './support/users.js';
import { ADMIN_KEY } from './support/production.js';
import { linesOf, openStream, readAll, streamed, type Streamed, type Wish } from './support/streamed.js';

let environment: FaultyEnvironment;
const ids = {} as Record<IntegrationId, string>;
const whole = {} as Record<IntegrationId, string[]>;

/** Several pages of several lists each. */
const WISH: Record<IntegrationId, Wish> = {
  notion: {},
  airtable: { types: 'base,table,record' },
  hubspot: { types: 'contact,company,deal,ticket,owner' },
  slack: {},
};

const url = (integration: IntegrationId) => `${environment.service.url}/connections/${ids[integration]}/items`;
const stream = (integration: IntegrationId, wish: Wish = {}): Promise<Streamed> =>
  streamed(url(integration), { ...WISH[integration], ...wish });
const keys = (all: Streamed) => all.items.map(keyOf).sort();

beforeAll(async () => {
  environment = await startFaultyEnvironment();
  const { mockProviders } = environment;
  await mockProviders.resize({
    provider: 'hubspot',
    sizes: { contacts: 1230, companies: 310, deals: 205, tickets: 0 },
  });
  await mockProviders.resize({ provider: 'notion', sizes: { pages: 430, dataSources: 3, rowsPerDataSource: 40 } });
  await mockProviders.resize({ provider: 'slack', sizes: { channels: 450, users: 620 } });
  for (const integration of INTEGRATIONS) {
    const account = integration === 'airtable' ? { account: 'usrTheoPenhallow2' } : {};
    const user = someone();
    ids[integration] = (await connect(environment.causeway, integration, user, account)).id;
    const types = WISH[integration]['types'] as string | undefined;
    const paged = await items(
      environment.causeway,
      integration,
      user,
      types === undefined ? {} : { types: types.split(',') },
    );
    whole[integration] = paged.map(keyOf).sort();
  }
});
afterAll(() => environment?.stop());
beforeEach(async () => {
  await environment.mockProviders.clearFaults();
  await environment.mockProviders.clearLog();
});

describe.each(INTEGRATIONS)('a streamed load of %s', (provider) => {
  test('gives every item once, and ends with a summary', async () => {
    const all = await stream(provider);
    expect(keys(all)).toEqual(whole[provider]);
    expect(all.end).toMatchObject({
      complete: true,
      items: whole[provider].length,
      byType: byType(all.items),
      duplicates: 0,
      retries: 0,
      restarts: 0,
      resumeCursor: null,
    });
    expect(all.end).not.toHaveProperty('problem');
    expect(all.progress.length).toBeGreaterThan(0);
    expect(all.progress.map((one) => one.items)).toEqual(all.progress.map((one) => one.items).sort((a, b) => a - b));
  });

  const passing: [string, FaultSpec][] = [
    ['half a page', { kind: 'cut-mid-body', times: 2, skip: 3 }],
    ['a connection that is cut', { kind: 'cut-before-headers', times: 2, skip: 3 }],
    ['malformed JSON', { kind: 'malformed-json', times: 2, skip: 3 }],
    ['a web page', { kind: 'html', times: 2, skip: 3 }],
    ['a server error', { kind: 'server-error', status: 503, times: 2, skip: 3 }],
    ['a rate limit', { kind: 'rate-limit', retryAfter: 1, times: 2, skip: 3 }],
    ['a rate limit with a date', { kind: 'rate-limit', retryAfter: 'date', times: 1, skip: 3 }],
    ['empty pages', { kind: 'empty-page', times: 3, skip: 2 }],
    ['items of the page before', { kind: 'duplicates', count: 5 }],
    ['a forgotten cursor', { kind: 'expired-cursor', times: 1, skip: 1 }],
  ];
  test.each(passing)('is complete in spite of %s', async (_, fault) => {
    await environment.mockProviders.fault({ provider, on: 'data', ...fault });
    const all = await stream(provider);
    expect(keys(all)).toEqual(whole[provider]);
    expect(all.end).toMatchObject({ complete: true, items: whole[provider].length });
    const [{ hits = 0 } = {}] = await environment.mockProviders.faults();
    expect(hits).toBeGreaterThan(0);
  });

  const lasting: [string, FaultSpec][] = [
    ['an outage', { kind: 'server-error', status: 500, skip: 4 }],
    ['a refusal', { kind: 'server-error', status: 403, skip: 4 }],
    ['a cursor that is repeated for ever', { kind: 'repeated-cursor', skip: 1 }],
    ['a rate limit of hours', { kind: 'rate-limit', retryAfter: 7200, skip: 4 }],
  ];
  test.each(lasting)('ends incomplete at %s, and its resume cursor gives exactly the rest', async (_, fault) => {
    await environment.mockProviders.fault({ provider, on: 'data', ...fault });
    const first = await stream(provider);
    expect(first.end).toMatchObject({ complete: false, items: first.items.length });
    expect(first.end?.problem?.slug).toMatch(/^provider-/);
    const { resumeCursor } = first.end ?? {};
    expect(typeof resumeCursor).toBe('string');
    await environment.mockProviders.clearFaults();
    // A limit is remembered here for as long as the provider said.
    if (fault.kind === 'rate-limit') return;
    const rest = await stream(provider, { cursor: resumeCursor ?? '' });
    expect(rest.end).toMatchObject({ complete: true });
    expect([...keys(first), ...keys(rest)].sort()).toEqual(whole[provider]);
  });
});

test.each(['notion', 'airtable', 'hubspot'] as const)(
  'refreshes a token of %s that expires during a load',
  async (provider) => {
    await environment.mockProviders.fault({ provider, on: 'data', kind: 'expired-access', times: 1, skip: 3 });
    const all = await stream(provider);
    expect(keys(all)).toEqual(whole[provider]);
    expect(all.end).toMatchObject({ complete: true });
    expect((await environment.mockProviders.log(provider)).refreshCalls).toBe(1);
  },
);

describe('a reader of a stream', () => {
  /** How many calls there were, once there are no more. */
  const callsInAll = async (): Promise<number> => {
    for (let before = -1; ;) {
      const { requests } = await environment.mockProviders.log('hubspot');
      if (requests === before) return requests;
      before = requests;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };

  test('that disconnects aborts the requests to the provider', async () => {
    await environment.mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'latency', ms: 100 });
    const away = new AbortController();
    const response = await openStream(url('hubspot'), WISH.hubspot, away.signal);
    for await (const { item } of linesOf(response)) if (item !== undefined) break;
    away.abort();
    // Far from the whole load: five lists of 100 a page.
    expect(await callsInAll()).toBeLessThan(15);
  });

  test('that is slow slows the requests to the provider', async () => {
    await environment.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 200_000 } });
    const away = new AbortController();
    try {
      await openStream(url('hubspot'), { types: 'contact' }, away.signal);
      // What fits into the buffers of two sockets, of 2,000 pages.
      expect(await callsInAll()).toBeLessThan(500);
    } finally {
      away.abort();
      await environment.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 1230 } });
    }
  });

  test('resumes at the last progress line, also after a restart of the service', async () => {
    await environment.mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'latency', ms: 150 });
    const away = new AbortController();
    const seen: string[] = [];
    let cursor: string | null = null;
    const known: string[] = [];
    for await (const { item, progress } of linesOf(await openStream(url('hubspot'), WISH.hubspot, away.signal))) {
      if (item !== undefined) seen.push(keyOf(item));
      if (progress?.resumeCursor != null) {
        cursor = progress.resumeCursor;
        known.push(...seen.splice(0));
      }
      if (known.length > 500) break;
    }
    away.abort();
    await environment.mockProviders.clearFaults();
    await environment.service.restart();
    const rest = await stream('hubspot', { cursor: cursor ?? '' });
    expect(rest.end?.complete).toBe(true);
    expect([...known, ...keys(rest)].sort()).toEqual(whole.hubspot);
  });

  test('whose key is revoked gets a problem, and resumes with another key', async () => {
    const { data } = await environment.causeway.POST('/keys', { body: { name: 'short', scopes: ['items:read'] } });
    await environment.mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'latency', ms: 2_500 });
    const reading = await openStream(url('hubspot'), WISH.hubspot, undefined, data?.key);
    await environment.causeway.DELETE('/keys/{id}', { params: { path: { id: data?.id ?? '' } } });
    const some = await readAll(reading);
    expect(some.end).toMatchObject({ complete: false, problem: { slug: 'unauthenticated' } });
    await environment.mockProviders.clearFaults();
    const rest = await stream('hubspot', { cursor: some.end?.resumeCursor ?? '' });
    expect(rest.end).toMatchObject({ complete: true });
    expect([...keys(some), ...keys(rest)].sort()).toEqual(whole.hubspot);
  });

  test('learns how long the provider makes it wait', async () => {
    await environment.mockProviders.fault({
      provider: 'notion',
      on: 'data',
      kind: 'rate-limit',
      retryAfter: 3,
      times: 1,
      skip: 2,
    });
    const all = await stream('notion');
    expect(Math.max(...all.progress.map(({ waitingMs }) => waitingMs))).toBeGreaterThan(1_000);
    expect(all.end?.waitedMs).toBeGreaterThan(2_500);
    expect(all.end).toMatchObject({ complete: true });
  });

  test.each([
    ['a cursor of another connection', async () => ({ cursor: (await pagedCursor('slack')) ?? '' })],
    ['an unknown item type', () => Promise.resolve({ types: 'nonsense' })],
  ])('that sends %s gets a problem instead of a stream', async (_, wish) => {
    await expect(streamed(url('hubspot'), await wish())).rejects.toThrow(/^400 .*invalid-request/);
  });

  const pagedCursor = async (integration: IntegrationId) => {
    const { data } = await environment.causeway.GET('/connections/{id}/items', {
      params: { path: { id: ids[integration] }, query: { limit: 3 } },
    });
    return data?.nextCursor;
  };

  test('can read pages first and stream the rest', async () => {
    const { data } = await environment.causeway.GET('/connections/{id}/items', {
      params: { path: { id: ids.slack }, query: { limit: 120 } },
    });
    const rest = await streamed(url('slack'), { cursor: data?.nextCursor ?? '' });
    expect([...(data?.items ?? []).map(keyOf), ...keys(rest)].sort()).toEqual(whole.slack);
  });

  test('gets the same items by organization and user', async () => {
    const user = someone();
    await connect(environment.causeway, 'slack', user);
    const all = await streamed(`${environment.service.url}/integrations/slack/items`, { ...user });
    expect(keys(all)).toEqual(whole.slack);
    const response = await openStream(`${environment.service.url}/integrations/slack/items`, { ...user });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    await response.body?.cancel();
  });
});

describe('a load with updatedSince', () => {
  const since = async (provider: IntegrationId, updatedSince: string, wish: Wish = WISH[provider]) =>
    streamed(url(provider), { ...wish, updatedSince });
  const modified = ({ lastModifiedTime }: Item) =>
    lastModifiedTime === null ? Infinity : Date.parse(lastModifiedTime);
  const middleOf = (all: readonly Item[]) => {
    const times = all
      .map(modified)
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    return times[Math.floor(times.length / 2)] ?? 0;
  };

  test.each([
    ['notion', { page: 'provider', 'data-source': 'provider' }, 60_000],
    [
      'hubspot',
      { contact: 'provider', company: 'provider', deal: 'provider', ticket: 'provider', owner: 'filtered' },
      1,
    ],
    ['slack', { channel: 'filtered', user: 'filtered' }, 1_000],
  ] as const)(
    'gives the changes of %s as precisely as the provider keeps the time',
    async (provider, changes, granularity) => {
      const all = await stream(provider);
      const middle = middleOf(all.items) + (granularity > 1 ? granularity / 2 : 0);
      const from = Math.floor(middle / granularity) * granularity;
      const expected = all.items.filter((item) => modified(item) >= from);
      expect(expected.length).toBeLessThan(all.items.length);
      await environment.mockProviders.clearLog();
      const some = await since(provider, new Date(middle).toISOString());
      expect(keys(some)).toEqual(expected.map(keyOf).sort());
      expect(some.end).toMatchObject({ complete: true, changes });
      expect(Math.abs(Date.parse(some.end?.nextUpdatedSince ?? '') - Date.now())).toBeLessThan(180_000);
    },
  );

  test('filters Airtable records by formula, and gives all items without a time', async () => {
    const all = await stream('airtable');
    const count = async (updatedSince: string) => (await since('airtable', updatedSince)).end?.byType;
    expect(await count('2000-01-01T00:00:00Z')).toEqual(byType(all.items));
    expect(await count('2100-01-01T00:00:00Z')).toMatchObject({ record: 0, base: 1 });
    const [some, fewer] = [await count('2024-06-01T00:00:00Z'), await count('2026-01-01T00:00:00Z')];
    expect(some?.['record']).toBeGreaterThanOrEqual(fewer?.['record'] ?? 0);
    expect((await since('airtable', '2100-01-01T00:00:00Z')).end?.changes).toEqual({
      base: 'filtered',
      table: 'filtered',
      record: 'provider',
    });
  });

  test('gives more HubSpot changes than the 10,000 of one search', async () => {
    await environment.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 12_345 } });
    const all = await since('hubspot', '2000-01-01T00:00:00Z', { types: 'contact' });
    await environment.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 1230 } });
    expect(new Set(keys(all)).size).toBe(12_345);
    expect(all.end).toMatchObject({ complete: true, items: 12_345, duplicates: 0 });
  });
});

describe('the first page of a load', () => {
  const read = (headers: Record<string, string> = {}) =>
    createCauseway({ baseUrl: environment.service.url, apiKey: ADMIN_KEY }).GET('/connections/{id}/items', {
      params: { path: { id: ids.hubspot }, query: { types: ['owner'], limit: 3 } },
      headers,
    });
  const calls = async () => (await environment.mockProviders.log('hubspot')).dataCalls;

  test('is requested from the provider once for equal requests at the same time', async () => {
    await environment.mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'latency', ms: 300 });
    // Longer ago than a first page is kept.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const answers = await Promise.all(Array.from({ length: 20 }, () => read()));
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(await calls()).toBe(1);
  });

  test('is cached for two seconds, but not with Cache-Control: no-cache', async () => {
    await read({ 'cache-control': 'no-cache' });
    const before = await calls();
    expect((await read()).data?.items).toHaveLength(3);
    expect(await calls()).toBe(before);
    await read({ 'cache-control': 'no-cache' });
    expect(await calls()).toBe(before + 1);
  });
});
