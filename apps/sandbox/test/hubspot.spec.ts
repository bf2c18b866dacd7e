import { bearer, type Reply, Tester } from './tester.js';

interface Page {
  total: number;
  results: { id: string; properties: Record<string, string | null>; updatedAt: string; archived: boolean }[];
  paging?: { next: { after: string; link?: string } };
}

describe('HubSpot data', () => {
  let sandbox: Tester;
  let token: string;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.reset();
    token = (await sandbox.tokens('hubspot')).access_token;
  });

  const ask = <T = Page>(path: string, json?: object): Promise<Reply<T>> =>
    sandbox.send<T>(json ? 'POST' : 'GET', `/hubspot${path}`, { ...(json ? { json } : {}), headers: bearer(token) });
  const contacts = (query = '') => ask(`/crm/objects/2026-09/contacts${query}`);
  const search = (json: object) => ask('/crm/objects/2026-09/contacts/search', json);
  const filter = (propertyName: string, operator: string, value: string | number) => ({
    propertyName,
    operator,
    value: String(value),
  });

  it('returns ten records by default with a link to the next page, and no paging on the last page', async () => {
    const first = await contacts();
    expect(first.body.results).toHaveLength(10);
    expect(Number(first.body.paging?.next.after)).toBe(Number(first.body.results[9]?.id) + 1);
    const link = first.body.paging?.next.link ?? '';
    const second = await ask(link.slice(link.indexOf('/crm')));
    expect(second.body.results[0]?.id).not.toBe(first.body.results[0]?.id);
    const last = await contacts(
      `?limit=100&after=${Number((await contacts('?limit=100')).body.results[99]?.id) + 37 * 140}`,
    );
    expect(last.body).not.toHaveProperty('paging');
  });

  it('returns the same under the dated and the v3 paths', async () => {
    const { body } = await contacts('?limit=3');
    const ids = body.results.map(({ id }) => id);
    for (const path of ['/crm/objects/2026-03/contacts', '/crm/v3/objects/contacts', '/crm/v3/objects/0-1']) {
      expect((await ask(`${path}?limit=3`)).body.results.map(({ id }) => id)).toEqual(ids);
    }
  });

  it('returns the requested properties and three more as strings or null, and ignores unknown names', async () => {
    const { results } = (await contacts('?limit=50&properties=phone,nonsense&properties=city')).body;
    expect(Object.keys(results[0]?.properties ?? {})).toEqual([
      'city',
      'createdate',
      'hs_object_id',
      'lastmodifieddate',
      'phone',
    ]);
    expect(results.some(({ properties }) => properties['phone'] === null)).toBe(true);
    const plain = (await contacts('?limit=100')).body.results;
    expect(plain.some(({ properties }) => properties['email'] === null)).toBe(true);
    expect(plain.some(({ properties }) => properties['firstname'] === null)).toBe(true);
  });

  it('lists archived records separately', async () => {
    const { results } = (await contacts('?limit=100&archived=true')).body;
    expect(results).toHaveLength(5);
    expect(results.every(({ archived }) => archived)).toBe(true);
    const id = results[0]?.id ?? '';
    expect(await contacts(`/${id}`)).toMatchObject({ status: 404, body: { category: 'OBJECT_NOT_FOUND' } });
    expect((await contacts(`/${id}?archived=true`)).status).toBe(200);
  });

  it('associates contacts with companies', async () => {
    const { results } = (await contacts('?limit=1&associations=companies')).body;
    const company = { results: [{ id: expect.stringMatching(/^314/), type: 'contact_to_company' }] };
    expect(results[0]).toMatchObject({ associations: { companies: company } });
  });

  it('gives a hundred associations of a record and a cursor for more, in lists and in batches', async () => {
    await sandbox.control('PUT', '/sizes', {
      provider: 'hubspot',
      sizes: { associationsPerRecord: 130, companies: 200 },
    });
    const [first] = (await contacts('?limit=1&associations=companies')).body.results;
    const listed = (first as unknown as { associations: { companies: { results: object[]; paging?: object } } })
      .associations;
    expect(listed.companies.results).toHaveLength(100);
    expect(listed.companies.paging).toEqual({ next: { after: '100' } });
    const read = (after?: string) =>
      ask<{ results: { to: object[]; paging?: object }[] }>('/crm/associations/2026-09/contacts/companies/batch/read', {
        inputs: [{ id: first?.id, ...(after === undefined ? {} : { after }) }],
      });
    expect((await read()).body.results[0]).toMatchObject({ to: { length: 100 }, paging: { next: { after: '100' } } });
    expect((await read('100')).body.results[0]?.to).toHaveLength(30);
  });

  it('has pipelines with stages, properties of its own and custom objects', async () => {
    const pipelines = await ask<{ results: { id: string; stages: object[] }[] }>('/crm/pipelines/2026-09/deals');
    expect(pipelines.body.results).toMatchObject([{ id: 'default', stages: { length: 4 } }]);
    await sandbox.control('PUT', '/sizes', { provider: 'hubspot', sizes: { customProperties: 700 } });
    const properties = await ask<{ results: { name: string }[] }>('/crm/properties/2026-09/contacts');
    const names = properties.body.results.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['favorite_kite', 'survey_question_number_700']));
    expect((await contacts(`?properties=${names.slice(0, 540).join(',')}`)).status).toBe(414);
    const [one] = (await contacts('?limit=1')).body.results;
    const batch = await ask('/crm/objects/2026-09/contacts/batch/read', {
      inputs: [{ id: one?.id }],
      properties: names,
    });
    expect(Object.keys(batch.body.results[0]?.properties ?? {}).length).toBeGreaterThan(700);
    const schemas = await ask<{ results: { objectTypeId: string }[] }>('/crm-object-schemas/2026-09/schemas');
    const boats = await ask(
      `/crm/objects/2026-09/${schemas.body.results[0]?.objectTypeId}?limit=100&properties=boat_name`,
    );
    expect(boats.body.results).toHaveLength(18);
    token = (await sandbox.tokens('hubspot', { scopes: ['oauth'] })).access_token;
    expect((await ask('/crm-object-schemas/2026-09/schemas')).status).toBe(403);
  });

  it('gives pages of a search out of order on request', async () => {
    const sorts = ['hs_object_id'];
    const sorted = (await search({ sorts, limit: 5 })).body.results.map(({ id }) => id);
    await sandbox.control('PUT', '/sizes', { provider: 'hubspot', sizes: { misorderedSearch: 1 } });
    const page = (await search({ sorts, limit: 3 })).body.results.map(({ id }) => id);
    expect(page).toEqual([sorted[0], sorted[1], sorted[4]]);
  });

  it('searches by time in milliseconds or ISO 8601, without archived records', async () => {
    const since = Date.UTC(2026, 3, 1);
    const byNumber = await search({
      filterGroups: [{ filters: [filter('lastmodifieddate', 'GTE', since)] }],
      limit: 200,
    });
    const byText = await search({
      filterGroups: [{ filters: [filter('lastmodifieddate', 'GTE', '2026-04-01T00:00:00.000Z')] }],
    });
    expect(byNumber.body.total).toBeGreaterThan(10);
    expect(byText.body.total).toBe(byNumber.body.total);
    expect(byNumber.body.results.every(({ updatedAt, archived }) => Date.parse(updatedAt) >= since && !archived)).toBe(
      true,
    );
    const before = await search({ filterGroups: [{ filters: [filter('lastmodifieddate', 'LT', since)] }] });
    expect(before.body.total + byNumber.body.total).toBe(250);
  });

  it('sorts, and pages through windows of ids', async () => {
    const sorts = [{ propertyName: 'lastmodifieddate', direction: 'DESCENDING' }];
    const times = (await search({ sorts, limit: 50 })).body.results.map(({ updatedAt }) => updatedAt);
    expect(times).toEqual([...times].sort().reverse());
    const first = (await search({ sorts: ['hs_object_id'], limit: 7 })).body.results;
    const after = first[6]?.id ?? '';
    const rest = await search({
      sorts: ['hs_object_id'],
      filterGroups: [{ filters: [filter('hs_object_id', 'GT', after)] }],
    });
    expect(rest.body.total).toBe(243);
    expect(Number(rest.body.results[0]?.id)).toBeGreaterThan(Number(after));
  });

  it('refuses to search beyond 10,000 results with a 400', async () => {
    await sandbox.control('PUT', '/sizes', { provider: 'hubspot', sizes: { contacts: 1_000_000 } });
    await sandbox.control('PUT', '/limits', { provider: 'hubspot', limit: 'off' });
    const last = await search({ limit: 200, after: '9800' });
    expect(last.body).toMatchObject({ total: 1_000_000, paging: { next: { after: '10000' } } });
    expect(await search({ limit: 200, after: '10000' })).toMatchObject({
      status: 400,
      body: { category: 'VALIDATION_ERROR' },
    });
    expect((await search({ limit: 201 })).status).toBe(400);
  });

  it('lists a million contacts from any cursor', async () => {
    await sandbox.control('PUT', '/sizes', { provider: 'hubspot', sizes: { contacts: 1_000_000 } });
    const { body } = await contacts(`?limit=100&after=${713_000_000_000 + 37 * 999_950}`);
    expect(body.results).toHaveLength(50);
    expect(body).not.toHaveProperty('paging');
  });

  it('requires the scope of each type', async () => {
    token = (await sandbox.tokens('hubspot', { scopes: ['oauth'] })).access_token;
    expect(await ask('/crm/objects/2026-09/tickets')).toMatchObject({
      status: 403,
      body: { category: 'MISSING_SCOPES', errors: [{ context: { requiredGranularScopes: ['tickets'] } }] },
    });
    expect((await ask('/crm/owners/2026-09')).status).toBe(403);
    expect((await ask('/account-info/2026-09/details')).status).toBe(200);
  });

  it('limits an account to 110 requests in ten seconds, with headers and without Retry-After', async () => {
    expect((await contacts()).headers.get('x-hubspot-ratelimit-remaining')).toBe('109');
    await sandbox.control('PUT', '/limits', {
      provider: 'hubspot',
      rule: 'account',
      limit: { requests: 1, seconds: 10 },
    });
    await contacts();
    const refused = await contacts();
    expect(refused).toMatchObject({
      status: 429,
      body: { policyName: 'TEN_SECONDLY_ROLLING', message: 'You have reached your ten_secondly_rolling limit.' },
    });
    expect(refused.headers.get('retry-after')).toBeNull();
    expect(refused.headers.get('x-hubspot-ratelimit-remaining')).toBe('0');
    // Searches are counted apart and say nothing about limits.
    const found = await search({ limit: 1 });
    expect([found.status, found.headers.get('x-hubspot-ratelimit-max')]).toEqual([200, null]);
    await sandbox.control('PUT', '/limits', {
      provider: 'hubspot',
      rule: 'search',
      limit: { requests: 0, seconds: 1 },
    });
    expect((await search({ limit: 1 })).body).toMatchObject({
      policyName: 'SECONDLY',
      message: 'You have reached your secondly limit.',
    });
  });

  it('lists owners, one of them without a name', async () => {
    const owners = await ask<{ results: { firstName?: string; archived: boolean }[] }>('/crm/owners/2026-09');
    expect(owners.body.results).toHaveLength(5);
    expect(owners.body.results.some((owner) => owner.firstName === undefined)).toBe(true);
    expect((await ask('/crm/owners/2026-09?limit=501')).status).toBe(400);
    const archived = await ask<{ results: { archived: boolean }[] }>('/crm/owners/2026-09?archived=true');
    expect(archived.body.results).toMatchObject([{ archived: true, userId: null }]);
  });
});
