import { createCauseway, type CausewayClient, type Item } from '@causeway/client';
import { startMockProviders, type Service, type MockProviders, type MockProvidersProcess } from '@causeway/testing';
import { connect } from './support/connect.js';
import { ISO_UTC, itemFaults } from './support/item-shape.js';
import { byType, items, keyOf, pages } from './support/load.js';
import { INTEGRATIONS, type IntegrationId } from './support/integration-ids.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { startSandboxMode } from './support/sandbox-mode.js';

/** What the first account of each mock providers holds, by item type. */
/** The types of the items that can be opened, out of those that are loaded or found in others. */
const OPENED: Record<IntegrationId, string[]> = {
  notion: ['data-source'],
  airtable: ['base', 'table'],
  hubspot: [],
  slack: ['channel', 'message'],
};

const CONTENTS: Record<IntegrationId, Record<string, number>> = {
  // Two pages are in the trash, and no search shows them.
  notion: { page: 50 - 2 + 8 * 10, 'data-source': 8 },
  airtable: { base: 3, table: 2 + 3 + 4 },
  hubspot: { contact: 250, company: 60, deal: 40, ticket: 25 },
  // With Slackbot; direct messages count as channels where they are listed.
  slack: { channel: 40 + 6 + 3 + 12, user: 71 },
};

const ACCOUNTS: Record<IntegrationId, { id: RegExp; name: RegExp }> = {
  notion: { id: /5a1d0c7e-0000-8000-a000-000000000001/, name: /Fernhill Studio/ },
  airtable: { id: /^usrMaraLindqvist1$/, name: /./ },
  hubspot: { id: /^147893286$/, name: /^northwind-kites\.example$/ },
  slack: { id: /T05FERNHILL/, name: /Fernhill Studio/ },
};

interface TestEnvironment {
  causeway: CausewayClient;
  mockProviders: MockProviders;
  stop(): Promise<unknown>;
}

async function sandboxMode(): Promise<TestEnvironment> {
  const { service, mockProviders } = await startSandboxMode();
  return { causeway: createCauseway({ baseUrl: service.url }), mockProviders, stop: () => service.stop() };
}

async function production(): Promise<TestEnvironment> {
  const apart: MockProvidersProcess = await startMockProviders();
  const service: Service = await startProduction(await unlimited(apart.mockProviders));
  const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  return { causeway, mockProviders: apart.mockProviders, stop: () => Promise.all([service.stop(), apart.stop()]) };
}

describe.each([
  ['sandbox', sandboxMode],
  ['production', production],
] as const)('in %s mode', (mode, start) => {
  let environment: TestEnvironment;
  beforeAll(async () => {
    environment = await start();
  });
  afterAll(() => environment?.stop());

  test('lists all four integrations as configured, with their item types', async () => {
    const { data } = await environment.causeway.GET('/integrations');
    const shown = data?.integrations.map(({ id, configured, sandbox, itemTypes }) => [
      id,
      configured,
      sandbox,
      itemTypes,
    ]);
    const isMock = mode === 'sandbox';
    expect(shown).toEqual([
      ['notion', true, isMock, ['page', 'data-source', 'database']],
      ['airtable', true, isMock, ['base', 'table', 'record']],
      ['hubspot', true, isMock, ['contact', 'company', 'deal', 'ticket', 'owner']],
      ['slack', true, isMock, ['channel', 'user', 'message']],
    ]);
    for (const integration of data?.integrations ?? []) {
      expect(Object.keys(integration).sort()).toEqual([
        'category',
        'configured',
        'description',
        'docsUrl',
        'id',
        'itemTypes',
        'name',
        'sandbox',
        'scopes',
      ]);
      expect(integration.docsUrl).toMatch(/^https:/);
    }
  });

  describe.each(INTEGRATIONS)('%s', (integration) => {
    const user = someone();
    let whole: Item[];

    test('connects an account, and the connection names it', async () => {
      const before = Date.now();
      const connection = await connect(environment.causeway, integration, user);
      expect(connection).toMatchObject({
        ...user,
        integration,
        status: 'active',
        problem: null,
        lastRefreshedAt: null,
      });
      expect(Object.keys(connection).sort()).toEqual(
        [
          'account', 'createdAt', 'expiresAt', 'healthyUntil', 'id', 'integration', 'lastRefreshedAt', 'lastUsedAt', 'orgId', 'problem',
          'scopes', 'status', 'updatedAt', 'userId',
        ], // prettier-ignore
      );
      expect(connection.account.id).toMatch(ACCOUNTS[integration].id);
      expect(connection.account.name).toMatch(ACCOUNTS[integration].name);
      expect(connection.createdAt).toMatch(ISO_UTC);
      expect(Date.parse(connection.createdAt)).toBeGreaterThanOrEqual(before - 1000);
      const expires = { notion: null, airtable: 3600, hubspot: 1800, slack: null }[integration];
      if (expires === null) expect(connection.expiresAt).toBeNull();
      else expect(Math.abs(Date.parse(connection.expiresAt ?? '') - Date.now() - expires * 1000)).toBeLessThan(30_000);
      const state = await environment.causeway.POST('/integrations/{integration}/credentials', {
        params: { path: { integration } },
        body: user,
      });
      expect(state.data).toEqual(connection);
    });

    test('loads every item of the default types', async () => {
      whole = await items(environment.causeway, integration, user);
      expect(byType(whole)).toEqual(CONTENTS[integration]);
      expect(new Set(whole.map(keyOf)).size).toBe(whole.length);
    });

    test('gives the same items in small pages, each once', async () => {
      const small = await pages(environment.causeway, integration, user, { limit: 7 });
      expect(Math.max(...small.map(({ length }) => length))).toBeLessThanOrEqual(7);
      expect(small.flat().map(keyOf).sort()).toEqual(whole.map(keyOf).sort());
      expect(small.length).toBeLessThan(whole.length);
    });

    test('gives every item every key, with a value of its type', () => {
      expect(whole.flatMap(itemFaults)).toEqual([]);
    });

    test('gives the same first page at all three routes', async () => {
      const { data: connection } = await environment.causeway.POST('/integrations/{integration}/credentials', {
        params: { path: { integration } },
        body: user,
      });
      const byBody = await environment.causeway.POST('/integrations/{integration}/load', {
        params: { path: { integration } },
        body: { ...user, limit: 5 },
      });
      const byQuery = await environment.causeway.GET('/integrations/{integration}/items', {
        params: { path: { integration }, query: { ...user, limit: 5 } },
      });
      const byConnection = await environment.causeway.GET('/connections/{id}/items', {
        params: { path: { id: connection?.id ?? '' }, query: { limit: 5 } },
      });
      expect(byBody.data?.items).toHaveLength(5);
      expect(byQuery.data?.items).toEqual(byBody.data?.items);
      expect(byConnection.data?.items).toEqual(byBody.data?.items);
    });

    test('leaves out only what is older than updatedSince', async () => {
      const times = whole.flatMap(({ lastModifiedTime }) => lastModifiedTime ?? []).sort();
      const updatedSince = times[Math.floor(times.length / 2)] ?? '2026-01-01T00:00:00.000Z';
      const found = await items(environment.causeway, integration, user, { updatedSince });
      const known = new Set(found.map(keyOf));
      const after = (time: string) => Date.parse(time) >= Date.parse(updatedSince);
      const wanted = whole.filter(({ lastModifiedTime }) => lastModifiedTime !== null && after(lastModifiedTime));
      expect(wanted.map(keyOf).filter((key) => !known.has(key))).toEqual([]);
      const older = found.filter(({ lastModifiedTime }) => lastModifiedTime !== null && !after(lastModifiedTime));
      expect(older.map(keyOf)).toEqual([]);
    });

    test('loads what an item contains, as the list of integrations describes it', async () => {
      const { data } = await environment.causeway.GET('/integrations/details');
      const details = data?.integrations.find(({ id }) => id === integration)?.itemTypeDetails ?? [];
      expect(details.map(({ type }) => type)).toEqual(
        data?.integrations.find(({ id }) => id === integration)?.itemTypes,
      );
      const known = [...whole];
      const opened: string[] = [];
      for (const { type, contents } of details) {
        const item = known.find((one) => one.type === type && one.directory);
        if (contents === null || item === undefined) continue;
        const parent = contents.parent.replace('{id}', item.id).replace('{driveId}', item.driveId ?? '');
        const found = await items(environment.causeway, integration, user, { types: contents.types, parent });
        expect(found.filter((one) => !contents.types.includes(one.type))).toEqual([]);
        known.push(...found);
        opened.push(type);
      }
      expect(opened).toEqual(OPENED[integration]);
    });

    test('loads one type, given as a list and as a text with commas', async () => {
      const [type = ''] = Object.keys(CONTENTS[integration]).slice(-1);
      const only = await items(environment.causeway, integration, user, { types: [type] });
      expect(byType(only)).toEqual({ [type]: CONTENTS[integration][type] });
      const all = Object.keys(CONTENTS[integration]).join(',');
      const asText = await items(environment.causeway, integration, user, { types: all as unknown as string[] });
      expect(byType(asText)).toEqual(CONTENTS[integration]);
    });
  });

  test('airtable: loads records on request, with their base and table', async () => {
    const user = someone();
    await connect(environment.causeway, 'airtable', user, { account: 'usrTheoPenhallow2' });
    const all = await items(environment.causeway, 'airtable', user, { types: ['base', 'table', 'record'] });
    // The only base has tables of 320 and 45 records.
    expect(byType(all)).toEqual({ base: 1, table: 2, record: 365 });
    expect(all.flatMap(itemFaults)).toEqual([]);
    const tables = all.filter(({ type }) => type === 'table');
    const base = all.find(({ type }) => type === 'base');
    for (const table of tables)
      expect(table).toMatchObject({ parentId: base?.id, directory: true, parentPathOrName: base?.name });
    for (const record of all.filter(({ type }) => type === 'record')) {
      const table = tables.find(({ id }) => id === record.parentId);
      expect(table).toBeDefined();
      expect(record).toMatchObject({ directory: false, creationTime: expect.stringMatching(ISO_UTC) });
    }
    const named = all.find(({ type, properties }) => type === 'record' && properties['Status']);
    expect(named?.name).toBe(named?.properties['Name']);
    const small = await items(environment.causeway, 'airtable', user, { types: ['record'], limit: 97 });
    expect(small.map(keyOf).sort()).toEqual(
      all
        .filter(({ type }) => type === 'record')
        .map(keyOf)
        .sort(),
    );
  });

  test('hubspot: loads owners on request', async () => {
    const user = someone();
    await connect(environment.causeway, 'hubspot', user);
    const owners = await items(environment.causeway, 'hubspot', user, { types: ['owner'] });
    expect(byType(owners)).toEqual({ owner: 5 });
    expect(owners.flatMap(itemFaults)).toEqual([]);
    for (const owner of owners) {
      expect(owner.name).toBeTruthy();
      expect(owner.properties['email']).toMatch(/@/);
    }
  });

  test('hubspot: has the properties that people filter by', async () => {
    const user = someone();
    await connect(environment.causeway, 'hubspot', user);
    const all = await items(environment.causeway, 'hubspot', user);
    const first = (type: string) => all.find((item) => item.type === type)?.properties ?? {};
    expect(Object.keys(first('contact'))).toEqual(
      expect.arrayContaining(['email', 'company', 'firstname', 'lastname']),
    );
    expect(Object.keys(first('company'))).toEqual(expect.arrayContaining(['name', 'domain']));
    expect(Object.keys(first('deal'))).toEqual(expect.arrayContaining(['amount', 'dealstage', 'closedate']));
    expect(Object.keys(first('ticket'))).toEqual(expect.arrayContaining(['subject', 'hs_pipeline_stage']));
  });

  test('slack: loads the messages of one channel on request', async () => {
    const user = someone();
    await connect(environment.causeway, 'slack', user);
    const channels = await items(environment.causeway, 'slack', user, { types: ['channel'] });
    const general = channels.find(({ name }) => name === 'general');
    expect(general).toMatchObject({ directory: true, visibility: true });
    const messages = await items(environment.causeway, 'slack', user, {
      types: ['message'],
      parent: general?.id ?? '',
    });
    expect(byType(messages)).toEqual({ message: 120 });
    expect(messages.flatMap(itemFaults)).toEqual([]);
    expect(new Set(messages.map(({ parentId }) => parentId))).toEqual(new Set([general?.id]));
    expect(messages.filter(({ name }) => name === null || name === '')).toEqual([]);
    expect(messages.some(({ visibility }) => !visibility)).toBe(true);
    const root = messages.find(({ directory }) => directory);
    const thread = `${general?.id}:${root?.id}`;
    const replies = await items(environment.causeway, 'slack', user, { types: ['message'], parent: thread });
    expect(replies).toHaveLength(Number(root?.properties['replies']));
    expect(new Set(replies.map(({ parentId }) => parentId))).toEqual(new Set([thread]));
    const direct = channels.filter(({ properties }) => properties['kind'] === 'direct-message');
    expect(direct.filter(({ name }) => name === null)).toEqual([]);
    const small = await items(environment.causeway, 'slack', user, {
      types: ['message'],
      parent: general?.id ?? '',
      limit: 7,
    });
    expect(small.map(keyOf).sort()).toEqual(messages.map(keyOf).sort());
    expect(channels.some(({ properties }) => String(properties['topic']).includes('🪁'))).toBe(true);
  });

  test('notion: has the parents and scalar properties of pages', async () => {
    const user = someone();
    await connect(environment.causeway, 'notion', user);
    const all = await items(environment.causeway, 'notion', user);
    const sources = all.filter(({ type }) => type === 'data-source');
    const rows = all.filter(({ type, parentId }) => type === 'page' && sources.some(({ id }) => id === parentId));
    expect(rows).toHaveLength(80);
    for (const source of sources) expect(source).toMatchObject({ directory: true, parentId: expect.any(String) });
    const pages = all.filter((item) => item.type === 'page' && !rows.includes(item));
    // Some lie in other pages, some at the top of the workspace.
    expect(pages.some(({ parentId }) => pages.some(({ id }) => id === parentId))).toBe(true);
    expect(pages.some(({ parentId }) => !all.some(({ id }) => id === parentId))).toBe(true);
    for (const item of all) expect(item.name === null || item.name.length > 0).toBe(true);
    // A place and a verification have several parts; of a rollup that Notion does not compute for its API, the value says that it is not there.
    const withParts = ['Site', 'Verified', 'Kinds of tags'];
    const values = rows.flatMap(({ properties }) =>
      Object.entries(properties).flatMap(([name, value]) => (withParts.includes(name) ? [] : [value])),
    );
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect(value === null || typeof value !== 'object' || Array.isArray(value)).toBe(true);
  });

  test.each([
    ['notion', 1, { page: 6 - 1 + 3, 'data-source': 1 }],
    ['notion', 2, {}],
    ['airtable', 1, { base: 1, table: 2 }],
    ['airtable', 2, {}],
    ['hubspot', 1, { contact: 12, company: 4, deal: 3 }],
    ['slack', 1, { channel: 4 + 1 + 2, user: 5 }],
    // Installed on an organization: its lists want a team.
    ['slack', 2, { channel: 8, user: 10 }],
  ] as const)('%s: account number %i is loaded whole as well', async (integration, at, contents) => {
    const user = someone();
    const account = (await environment.mockProviders.accounts(integration))[at];
    const connection = await connect(environment.causeway, integration, user, { account: account?.id ?? '' });
    expect(connection.account.name).toMatch(/./);
    const all = await items(environment.causeway, integration, user);
    expect(byType(all)).toEqual(contents);
    expect(all.flatMap(itemFaults)).toEqual([]);
  });
});
