import { bearer, type Reply, Tester } from './tester.js';

interface Listing {
  results: Record<string, unknown>[];
  next_cursor: string | null;
  has_more: boolean;
}

describe('Notion data', () => {
  let sandbox: Tester;
  let token: string;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.reset();
    token = (await sandbox.tokens('notion')).access_token;
  });

  const ask = <T = Record<string, unknown>>(
    method: string,
    path: string,
    json?: object,
    version = '2026-03-11',
  ): Promise<Reply<T>> =>
    sandbox.send<T>(method, `/notion/v1${path}`, {
      ...(json ? { json } : {}),
      headers: { ...bearer(token), ...(version ? { 'notion-version': version } : {}) },
    });

  it('requires a known Notion-Version', async () => {
    expect(await ask('GET', '/users/me', undefined, '')).toMatchObject({
      status: 400,
      body: { object: 'error', code: 'missing_version' },
    });
    expect((await ask('GET', '/users/me', undefined, '2025-01-01')).body['message']).toContain('"2026-03-11"');
  });

  it('returns the same request id in header and body', async () => {
    const reply = await ask('GET', '/users/me');
    expect(reply.headers.get('x-notion-request-id')).toBe(reply.body['request_id']);
  });

  it('returns the shape of each API version', async () => {
    const newest = await ask<Listing>('POST', '/search', { page_size: 1 });
    expect(newest.body).toMatchObject({
      type: 'page_or_data_source',
      page_or_data_source: {},
      request_status: { type: 'complete' },
    });
    expect(newest.body.results[0]).toHaveProperty('in_trash', false);
    expect(newest.body.results[0]).not.toHaveProperty('archived');
    const older = await ask<Listing>('POST', '/search', { page_size: 1 }, '2025-09-03');
    expect(older.body.results[0]).toMatchObject({ archived: false, in_trash: false });
    const filter = { property: 'object', value: 'data_source' };
    const oldest = await ask<Listing>('POST', '/search', { page_size: 1, filter }, '2022-06-28');
    expect(oldest.body).toMatchObject({ type: 'page_or_database', results: [{ object: 'database' }] });
  });

  it('groups data sources into databases, two of them in one database', async () => {
    const filter = { property: 'object', value: 'data_source' };
    const { results } = (await ask<Listing>('POST', '/search', { filter })).body;
    const parents = results.map(({ parent }) => (parent as { database_id: string }).database_id);
    expect(new Set(parents).size).toBe(7);
    const shared = parents.find((id, at) => parents.indexOf(id) !== at) ?? '';
    const database = await ask('GET', `/databases/${shared}`);
    expect(database.body).toMatchObject({
      object: 'database',
      data_sources: [{ id: expect.any(String) }, { id: expect.any(String) }],
    });
    expect(database.body).not.toHaveProperty('properties');
    expect((await ask('GET', `/data_sources/${String(results[0]?.['id'])}`)).body).toMatchObject({
      object: 'data_source',
      title: expect.any(Array),
    });
  });

  it('returns pages without a title, and titles split into several rich text runs', async () => {
    const { results } = (await ask<Listing>('POST', '/search', { filter: { property: 'object', value: 'page' } })).body;
    const titles = results.map(({ properties }) => {
      const title = Object.values(
        properties as Record<string, { type: string; title?: { plain_text: string }[] }>,
      ).find(({ type }) => type === 'title');
      return title?.title ?? [];
    });
    expect(titles.some((runs) => runs.length === 0)).toBe(true);
    expect(titles.some((runs) => runs.length > 1)).toBe(true);
  });

  it('leaves trashed pages out of search, so that pages come short, and returns them by id', async () => {
    const trash = await ask<Listing>('POST', '/search', {
      filter: { property: 'object', value: 'page', in_trash: true },
    });
    expect(trash.body.results).toHaveLength(1);
    const id = String(trash.body.results[0]?.['id']);
    expect((await ask('GET', `/pages/${id}`)).body).toMatchObject({ id, in_trash: true });
    const all = await ask<Listing>('POST', '/search', { filter: { property: 'object', value: 'page' } });
    expect(all.body).toMatchObject({ has_more: true });
    expect(all.body.results).toHaveLength(99);
  });

  it('sorts a search in both directions', async () => {
    const edited = async (direction: string) => {
      const sort = { timestamp: 'last_edited_time', direction };
      const { results } = (await ask<Listing>('POST', '/search', { sort, page_size: 20 })).body;
      return results.map(({ last_edited_time }) => String(last_edited_time));
    };
    const [newest, oldest] = [await edited('descending'), await edited('ascending')];
    expect(newest).toEqual([...newest].sort().reverse());
    expect(oldest).toEqual([...oldest].sort());
    expect(newest[0]).not.toBe(oldest[0]);
    // Minute granularity.
    expect(newest.every((time) => time.endsWith(':00.000Z'))).toBe(true);
  });

  it('ends a query at 10,000 rows with request_status', async () => {
    await sandbox.control('PUT', '/limits', { provider: 'notion', limit: 'off' });
    await sandbox.control('PUT', '/sizes', { provider: 'notion', sizes: { rowsPerDataSource: 10_150 } });
    const { results } = (
      await ask<Listing>('POST', '/search', { filter: { property: 'object', value: 'data_source' } })
    ).body;
    const path = `/data_sources/${String(results[0]?.['id'])}/query`;
    let page = await ask<Listing>('POST', path, {});
    for (let pages = 1; page.body.next_cursor !== null && pages < 100; pages++) {
      expect(page.body).toMatchObject({ request_status: { type: 'complete' } });
      page = await ask<Listing>('POST', path, { start_cursor: page.body.next_cursor });
    }
    expect(page.body).toMatchObject({
      has_more: false,
      request_status: { type: 'incomplete', incomplete_reason: 'query_result_limit_reached' },
    });
  });

  it('filters a query by time', async () => {
    const { results } = (
      await ask<Listing>('POST', '/search', { filter: { property: 'object', value: 'data_source' } })
    ).body;
    const path = `/data_sources/${String(results[0]?.['id'])}/query`;
    const rows = (await ask<Listing>('POST', path, {})).body.results.map(({ created_time }) => String(created_time));
    const middle = rows[4] ?? '';
    const matching = async (condition: object) =>
      (await ask<Listing>('POST', path, { filter: { timestamp: 'created_time', created_time: condition } })).body
        .results.length;
    expect(await matching({ on_or_after: middle })).toBe(rows.filter((time) => time >= middle).length);
    expect(await matching({ after: middle })).toBe(rows.filter((time) => time > middle).length);
    expect(await matching({ before: middle })).toBe(rows.filter((time) => time < middle).length);
    expect(await matching({ on_or_before: middle })).toBe(rows.filter((time) => time <= middle).length);
  });

  it.each([
    ['POST', '/search', { page_size: 101 }, 'validation_error', 400],
    ['POST', '/search', { start_cursor: 'nonsense' }, 'validation_error', 400],
    ['GET', '/pages/not-an-id', undefined, 'validation_error', 400],
    ['GET', '/pages/393abc1e-edcd-814b-aee5-cf69471e5a43', undefined, 'object_not_found', 404],
    ['GET', '/nonsense', undefined, 'invalid_request_url', 400],
  ])('refuses %s %s %j with %s', async (method, path, json, code, status) => {
    expect(await ask(method, path, json)).toMatchObject({ status, body: { object: 'error', status, code } });
  });

  it('returns 404 for a page of another workspace', async () => {
    const { results } = (await ask<Listing>('POST', '/search', { filter: { property: 'object', value: 'page' } })).body;
    token = (await sandbox.tokens('notion', { account: '5a1d0c7e-0000-8000-a000-000000000002' })).access_token;
    expect((await ask('GET', `/pages/${String(results[0]?.['id'])}`)).status).toBe(404);
  });

  it('limits each connection to 180 requests a minute, with Retry-After', async () => {
    await sandbox.control('PUT', '/limits', { provider: 'notion', limit: { requests: 2, seconds: 60 } });
    await ask('GET', '/users/me');
    await ask('GET', '/users/me');
    const refused = await ask('GET', '/users/me');
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', additional_data: { rate_limit_reason: 'public_api_request_rate_limit' } },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    await sandbox.control('POST', '/clock', { advanceSeconds: 60 });
    expect((await ask('GET', '/users/me')).status).toBe(200);
  });
});
