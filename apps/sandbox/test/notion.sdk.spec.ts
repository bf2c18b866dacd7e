import {
  APIErrorCode,
  APIResponseError,
  Client,
  collectAllDataSourceRows,
  collectPaginatedAPI,
  isFullDataSource,
  isFullPage,
  iteratePaginatedAPI,
  LogLevel,
} from '@notionhq/client';
import { callback, STATE, Tester } from './tester.js';

const app = { client_id: 'sandbox-notion', client_secret: 'sandbox-notion-secret' };

describe('@notionhq/client against the mock provider', () => {
  let sandbox: Tester;
  beforeAll(async () => {
    sandbox = await Tester.start();
    await sandbox.control('PUT', '/limits', { provider: 'notion', limit: 'off' });
  });
  afterAll(() => sandbox.close());

  const client = (auth?: string, notionVersion = '2026-03-11') =>
    new Client({
      logLevel: LogLevel.ERROR,
      baseUrl: `${sandbox.url}/notion`,
      notionVersion,
      retry: false,
      ...(auth ? { auth } : {}),
    });
  const signedIn = async (notionVersion?: string) =>
    client((await sandbox.tokens('notion')).access_token, notionVersion);

  it('exchanges, refreshes, introspects and revokes', async () => {
    const redirect_uri = callback('notion');
    const request = { client_id: app.client_id, redirect_uri, response_type: 'code', owner: 'user', state: STATE };
    const back = await sandbox.consent('/notion/v1/oauth/authorize', request);
    const code = back.searchParams.get('code') ?? '';
    const { oauth } = client();
    const first = await oauth.token({ ...app, grant_type: 'authorization_code', code, redirect_uri });
    expect(first.workspace_name).toBe('Fernhill Studio');
    const second = await oauth.token({ ...app, grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' });
    expect(second.access_token).not.toBe(first.access_token);
    expect((await oauth.introspect({ ...app, token: second.access_token })).active).toBe(true);
    await oauth.revoke({ ...app, token: second.access_token });
    expect((await oauth.introspect({ ...app, token: second.access_token })).active).toBe(false);
  });

  it('iterates a search to its end, each page once', async () => {
    const notion = await signedIn();
    const ids = new Set<string>();
    let last = Infinity;
    for await (const found of iteratePaginatedAPI(notion.search, { page_size: 30 })) {
      if (!isFullPage(found) && !isFullDataSource(found)) throw new Error('not a full object');
      expect(ids.has(found.id)).toBe(false);
      ids.add(found.id);
      const time = Date.parse(found.last_edited_time);
      expect(time).toBeLessThanOrEqual(last);
      last = time;
    }
    // 50 pages, of which two are in the trash, 80 rows and 8 data sources.
    expect(ids.size).toBe(136);
  });

  it('finds data sources, their rows, blocks and users', async () => {
    const notion = await signedIn();
    const sources = await collectPaginatedAPI(notion.search, { filter: { property: 'object', value: 'data_source' } });
    expect(sources).toHaveLength(8);
    const source = sources[0]?.id ?? '';
    const rows = await collectPaginatedAPI(notion.dataSources.query, { data_source_id: source, page_size: 4 });
    expect(rows).toHaveLength(10);
    const page = await notion.pages.retrieve({ page_id: rows[0]?.id ?? '' });
    expect(isFullPage(page) && page.parent).toMatchObject({ type: 'data_source_id', data_source_id: source });
    const blocks = await collectPaginatedAPI(notion.blocks.children.list, { block_id: page.id, page_size: 2 });
    expect(blocks.length).toBeGreaterThanOrEqual(3);
    const users = await collectPaginatedAPI(notion.users.list, { page_size: 5 });
    expect(users).toHaveLength(13);
    expect(await notion.users.me({})).toMatchObject({ type: 'bot', bot: { workspace_name: 'Fernhill Studio' } });
  });

  it('reads beyond the query limit in windows with its own helper', async () => {
    await sandbox.control('PUT', '/sizes', { provider: 'notion', sizes: { rowsPerDataSource: 12_050 } });
    const notion = await signedIn();
    const [source] = (await notion.search({ filter: { property: 'object', value: 'data_source' } })).results;
    const rows = await collectAllDataSourceRows(notion, { data_source_id: source?.id ?? '' });
    // One row in 41 is in the trash.
    expect(rows).toHaveLength(12_050 - Math.floor(12_050 / 41));
    await sandbox.reset();
  });

  it('throws its own error classes', async () => {
    const wrong = client('ntn_wrong');
    await expect(wrong.users.me({})).rejects.toMatchObject({ code: APIErrorCode.Unauthorized, status: 401 });
    const notion = await signedIn();
    await expect(notion.pages.retrieve({ page_id: '393abc1e-edcd-814b-aee5-cf69471e5a43' })).rejects.toMatchObject({
      code: APIErrorCode.ObjectNotFound,
    });
    const invalid = notion.search({ start_cursor: '393abc1e-edcd-814b-aee5-cf69471e5a43' });
    await expect(invalid).rejects.toBeInstanceOf(APIResponseError);
    await expect(notion.search({ page_size: 101 })).rejects.toMatchObject({ code: APIErrorCode.ValidationError });
    await sandbox.control('POST', '/faults', { provider: 'notion', kind: 'rate-limit', times: 1 });
    await expect(notion.search({})).rejects.toMatchObject({
      code: APIErrorCode.RateLimited,
      additional_data: { rate_limit_reason: 'public_api_request_rate_limit' },
    });
  });

  it('retries a 429 after Retry-After', async () => {
    const { access_token } = await sandbox.tokens('notion');
    const notion = new Client({
      logLevel: LogLevel.ERROR,
      auth: access_token,
      baseUrl: `${sandbox.url}/notion`,
      retry: { initialRetryDelayMs: 1 },
    });
    await sandbox.control('POST', '/faults', { provider: 'notion', kind: 'rate-limit', retryAfter: 0, times: 2 });
    expect((await notion.search({ page_size: 1 })).results).toHaveLength(1);
  });
});
