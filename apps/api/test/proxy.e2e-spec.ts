import { Client as HubSpot } from '@hubspot/api-client';
import { APIErrorCode, Client as Notion, LogLevel as NotionLogs, collectPaginatedAPI } from '@notionhq/client';
import { LogLevel as SlackLogs, WebClient } from '@slack/web-api';
import Airtable from 'airtable';
import { createCauseway, proxyUrl, type CausewayClient } from '@causeway/client';
import { startMockProviders, type Service, type MockProviders, type MockProvidersProcess } from '@causeway/testing';
import { connect, connection } from './support/connect.js';
import { exchange, type Exchange } from './support/exchange.js';
import { INTEGRATIONS, type IntegrationId } from './support/integration-ids.js';
import { someone, type User } from './support/users.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';

let apart: MockProvidersProcess;
let mockProviders: MockProviders;
let service: Service;
let causeway: CausewayClient;
/** May do this and nothing else. */
let key: string;
const users = {} as Record<IntegrationId, User>;
const ids = {} as Record<IntegrationId, string>;
beforeAll(async () => {
  apart = await startMockProviders();
  mockProviders = await unlimited(apart.mockProviders);
  service = await startProduction(mockProviders);
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  for (const integration of INTEGRATIONS) {
    users[integration] = someone();
    ids[integration] = (await connect(causeway, integration, users[integration])).id;
  }
  const { data } = await causeway.POST('/keys', { body: { name: 'for SDKs', scopes: ['proxy'] } });
  key = data?.key ?? '';
});
beforeEach(() => mockProviders.clearFaults());
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));

const baseUrl = (integration: IntegrationId) => proxyUrl(service.url, ids[integration]);
const proxied = (integration: IntegrationId, rest: string, { headers, ...wish }: Exchange = {}) =>
  exchange(service.url, `/connections/${ids[integration]}/proxy${rest}`, {
    ...wish,
    headers: { authorization: `Bearer ${key}`, ...headers },
  });
const search = (body: object): Exchange => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const basesOf = async () =>
  (await proxied('airtable', '/v0/meta/bases')).json<{ bases: { id: string }[] }>().bases.map(({ id }) => id);

describe('an official SDK works with the proxy as its base URL and an API key as its token', () => {
  test('@notionhq/client', async () => {
    const notion = new Notion({ auth: key, baseUrl: baseUrl('notion'), logLevel: NotionLogs.ERROR });
    const found = await collectPaginatedAPI(notion.search, { page_size: 30 });
    expect(found.length).toBeGreaterThan(30);
    const page = found.find(({ object }) => object === 'page');
    expect((await notion.pages.retrieve({ page_id: page?.id ?? '' })).id).toBe(page?.id);
    const missing = notion.pages.retrieve({ page_id: '00000000-0000-4000-8000-000000000000' });
    await expect(missing).rejects.toMatchObject({ code: APIErrorCode.ObjectNotFound });
  });

  test('airtable', async () => {
    const [baseId = ''] = await basesOf();
    const { tables } = (await proxied('airtable', `/v0/meta/bases/${baseId}/tables`)).json<{
      tables: { name: string }[];
    }>();
    const base = new Airtable({ apiKey: key, endpointUrl: baseUrl('airtable') }).base(baseId);
    const table = base(tables[0]?.name ?? '');
    const records = await table.select({ pageSize: 100 }).all();
    expect(records.length).toBeGreaterThan(100);
    const filterByFormula = "IS_AFTER(LAST_MODIFIED_TIME(), '2999-01-01T00:00:00.000Z')";
    expect(await table.select({ filterByFormula }).all()).toEqual([]);
    expect((await table.find(records[0]?.id ?? '')).fields).toEqual(records[0]?.fields);
  });

  test('@hubspot/api-client', async () => {
    const hubspot = new HubSpot({ accessToken: key, basePath: baseUrl('hubspot'), numberOfApiCallRetries: 1 });
    const contacts = await hubspot.crm.contacts.getAll(100);
    expect(new Set(contacts.map(({ id }) => id)).size).toBe(250);
    const found = await hubspot.crm.contacts.searchApi.doSearch({
      filterGroups: [],
      sorts: [],
      properties: [],
      limit: 5,
      after: '0',
    });
    expect(found.results).toHaveLength(5);
  });

  test('@slack/web-api', async () => {
    const slack = new WebClient(key, {
      slackApiUrl: proxyUrl(`${service.url}/`, ids.slack, 'api/'),
      logLevel: SlackLogs.ERROR,
    });
    expect((await slack.auth.test()).ok).toBe(true);
    const names: string[] = [];
    for await (const page of slack.paginate('conversations.list', { limit: 15 }))
      for (const { name = '' } of (page as { channels?: { name?: string }[] }).channels ?? []) names.push(name);
    expect(names.length).toBeGreaterThan(15);
    await expect(slack.conversations.history({ channel: 'C0' })).rejects.toMatchObject({
      data: { ok: false, error: 'channel_not_found' },
    });
  });
});

describe('the credential', () => {
  test.each(['notion', 'airtable', 'hubspot'] as const)(
    'of %s is refreshed once for all requests when the provider rejects it',
    async (provider) => {
      await mockProviders.expire({ provider });
      await mockProviders.clearLog();
      const path = { notion: '/v1/search', airtable: '/v0/meta/whoami', hubspot: '/crm/v3/owners' }[provider];
      const calls = Array.from({ length: 8 }, () => proxied(provider, path, provider === 'notion' ? search({}) : {}));
      expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(8).fill(200));
      const { refreshTokens } = await mockProviders.log(provider);
      expect(refreshTokens).toEqual([expect.objectContaining({ presented: 1, succeeded: 1 })]);
    },
  );

  test('that is revoked is a problem of this service', async () => {
    const user = someone();
    const { id } = await connect(causeway, 'airtable', user);
    await mockProviders.revoke({ provider: 'airtable' });
    const call = () => exchange(service.url, `/connections/${id}/proxy/v0/meta/whoami`);
    for (const answer of [await call(), await call()]) {
      expect([answer.status, answer.json()['slug']]).toEqual([409, 'needs-reconnect']);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/);
    }
    expect((await connection(causeway, id)).status).toBe('needs-reconnect');
    ids.airtable = (await connect(causeway, 'airtable', users.airtable)).id;
  });
});

describe('errors of the provider', () => {
  test.each([
    ['notion', '/v1/pages/nonsense', 400],
    ['airtable', '/v0/appNobody/x', 403],
    ['hubspot', '/crm/v3/objects/contacts/0', 404],
    ['slack', '/api/no.such.method', 200],
  ] as const)('of %s are its own', async (integration, path, status) => {
    const answer = await proxied(integration, path);
    expect(answer.headers['content-type']).toMatch(/^application\/json\b/);
    expect(answer.json()['slug']).toBeUndefined();
    expect([answer.status, answer.json()['ok']]).toEqual([status, integration === 'slack' ? false : undefined]);
  });

  test('a 429 is retried after its wait, then forwarded', async () => {
    await mockProviders.fault({ provider: 'hubspot', kind: 'rate-limit', retryAfter: 1, times: 1 } as never);
    expect((await proxied('hubspot', '/crm/v3/owners')).status).toBe(200);
    await mockProviders.fault({ provider: 'slack', kind: 'rate-limit', retryAfter: 60 } as never);
    const answer = await proxied('slack', '/api/auth.test');
    expect([answer.status, answer.headers['retry-after'], answer.json()]).toMatchObject([429, '60', { ok: false }]);
  });
});

test('refuses a key of another organization, and a session', async () => {
  const { data } = await causeway.POST('/keys', { body: { name: 'x', scopes: ['proxy'], orgIds: ['another-org'] } });
  const theirs = await proxied('notion', '/v1/users', { headers: { authorization: `Bearer ${data?.key}` } });
  expect([theirs.status, theirs.json()['slug']]).toEqual([404, 'unknown-connection']);
  const session = (await causeway.POST('/sessions', { body: users.notion })).data?.token;
  const answer = await proxied('notion', '/v1/users', { headers: { authorization: `Bearer ${session}` } });
  expect([answer.status, answer.json()['slug']]).toEqual([403, 'forbidden']);
});

describe('the rate limit', () => {
  let paced: Service;
  let client: CausewayClient;
  beforeAll(async () => {
    const once = { AIRTABLE_RATE_LIMIT: '1/600', SLACK_RATE_LIMIT: '1/600' };
    paced = await startProduction(mockProviders, once);
    client = createCauseway({ baseUrl: paced.url, apiKey: ADMIN_KEY });
  });
  afterAll(() => paced?.stop());

  const statusOf = async (path: string) => {
    const answer = await exchange(paced.url, path);
    if (answer.status !== 503) return answer.status;
    expect(answer.json()).toMatchObject({ slug: 'provider-rate-limited' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    return 503;
  };

  test('of an Airtable base counts loads and proxied requests together, for each base separately', async () => {
    const user = someone();
    const { id } = await connect(client, 'airtable', user);
    const bases = await exchange(paced.url, `/connections/${id}/proxy/v0/meta/bases`);
    const [first = '', second = ''] = bases.json<{ bases: { id: string }[] }>().bases.map((base) => base.id);
    const tables = (base: string) => statusOf(`/connections/${id}/proxy/v0/meta/bases/${base}/tables`);
    expect(await tables(first)).toBe(200);
    expect(await tables(first)).toBe(503);
    expect(await statusOf(`/connections/${id}/proxy/v0/${first}/x`)).toBe(503);
    expect(await tables(second)).toBe(200);
    const load = await client.POST('/integrations/{integration}/load', {
      params: { path: { integration: 'airtable' } },
      body: { ...user, types: ['table'] },
    });
    expect([load.response.status, load.error?.slug]).toEqual([503, 'provider-rate-limited']);
  });

  test('of a Slack method counts the requests of a load', async () => {
    const user = someone();
    const { id } = await connect(client, 'slack', user);
    const load = await client.POST('/integrations/{integration}/load', {
      params: { path: { integration: 'slack' } },
      body: { ...user, types: ['user'], limit: 1 },
    });
    expect(load.response.status).toBe(200);
    expect(await statusOf(`/connections/${id}/proxy/api/users.list?limit=1`)).toBe(503);
    expect(await statusOf(`/connections/${id}/proxy/api/conversations.list?limit=1`)).toBe(200);
    expect(await statusOf(`/connections/${id}/proxy/api/auth.test`)).toBe(200);
  });
});
