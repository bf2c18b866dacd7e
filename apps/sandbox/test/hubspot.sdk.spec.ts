import { Client } from '@hubspot/api-client';
import { callback, STATE, Tester } from './tester.js';

const app = ['sandbox-hubspot', 'sandbox-hubspot-secret'] as const;

describe('@hubspot/api-client against the mock provider', () => {
  let sandbox: Tester;
  let client: Client;
  beforeAll(async () => {
    sandbox = await Tester.start();
    await sandbox.control('PUT', '/limits', { provider: 'hubspot', limit: 'off' });
    client = new Client({
      basePath: `${sandbox.url}/hubspot`,
      accessToken: (await sandbox.tokens('hubspot')).access_token,
      limiterOptions: { minTime: 0, maxConcurrent: 6 },
      numberOfApiCallRetries: 1,
    });
  });
  afterAll(() => sandbox.close());

  it('exchanges and refreshes with its tokens API, which calls v1', async () => {
    const redirect = callback('hubspot');
    const request = { client_id: app[0], redirect_uri: redirect, scope: 'oauth', state: STATE };
    const back = await sandbox.consent('/hubspot/oauth/authorize', request);
    const code = back.searchParams.get('code') ?? '';
    const { tokensApi, accessTokensApi, refreshTokensApi } = client.oauth;
    const first = await tokensApi.create('authorization_code', code, redirect, ...app);
    expect(first).toMatchObject({ expiresIn: 1800, tokenType: 'bearer' });
    const second = await tokensApi.create('refresh_token', undefined, undefined, ...app, first.refreshToken);
    expect(second.refreshToken).toBe(first.refreshToken);
    expect(await accessTokensApi.get(second.accessToken)).toMatchObject({ hubId: 147893286, scopes: ['oauth'] });
    expect(await refreshTokensApi.get(first.refreshToken)).toMatchObject({ clientId: app[0] });
    await refreshTokensApi.archive(first.refreshToken);
    const third = tokensApi.create('refresh_token', undefined, undefined, ...app, first.refreshToken);
    await expect(third).rejects.toMatchObject({ code: 400, body: { status: 'BAD_REFRESH_TOKEN' } });
    const { last } = await sandbox.log('hubspot');
    expect(JSON.stringify(last)).not.toContain(first.refreshToken);
  });

  it('gets all contacts, live and archived, each once', async () => {
    const live = await client.crm.contacts.getAll(100);
    expect(new Set(live.map(({ id }) => id)).size).toBe(250);
    const archived = await client.crm.contacts.getAll(100, undefined, undefined, undefined, undefined, true);
    expect(archived).toHaveLength(5);
    expect(archived.every((contact) => contact.archived === true && contact.createdAt instanceof Date)).toBe(true);
  });

  it('gets companies, deals, tickets and owners', async () => {
    expect(await client.crm.companies.getAll(100)).toHaveLength(60);
    expect(await client.crm.deals.getAll(100, undefined, ['dealname'])).toHaveLength(40);
    expect(await client.crm.tickets.getAll(100)).toHaveLength(25);
    const { results } = await client.crm.owners.ownersApi.getPage();
    expect(results).toHaveLength(5);
    expect((await client.crm.owners.ownersApi.getById(Number(results[0]?.id))).email).toBe(results[0]?.email);
  });

  it('searches by modification time and continues by id', async () => {
    const since = String(Date.UTC(2026, 0, 1));
    const search = (after: string) =>
      client.crm.contacts.searchApi.doSearch({
        filterGroups: [{ filters: [{ propertyName: 'lastmodifieddate', operator: 'GTE' as never, value: since }] }],
        sorts: ['hs_object_id'],
        properties: ['email'],
        limit: 40,
        after,
      });
    const first = await search('0');
    const found = [...first.results];
    for (let next = first.paging?.next?.after; next !== undefined;) {
      const page = await search(next);
      found.push(...page.results);
      next = page.paging?.next?.after;
    }
    expect(found).toHaveLength(first.total);
    expect(found.every(({ updatedAt }) => updatedAt.getTime() >= Number(since))).toBe(true);
    const idsInOrder = found.map(({ id }) => Number(id));
    expect(idsInOrder).toEqual([...idsInOrder].sort((a, b) => a - b));
  });

  it('throws its own error with the error body', async () => {
    await expect(client.crm.contacts.basicApi.getById('1')).rejects.toMatchObject({
      code: 404,
      body: { category: 'OBJECT_NOT_FOUND' },
    });
    await sandbox.control('POST', '/faults', { provider: 'hubspot', kind: 'rate-limit', times: 1 });
    await expect(client.crm.contacts.basicApi.getPage()).rejects.toMatchObject({
      code: 429,
      body: { policyName: 'TEN_SECONDLY_ROLLING' },
    });
  });
});
