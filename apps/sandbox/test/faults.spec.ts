import { basic, bearer, Tester, type Tokens } from './tester.js';

interface Page {
  results: { id: string }[];
  next_cursor: string | null;
  has_more: boolean;
}

/** Faults are the same for all providers; Notion stands for them, the others where their answers differ. */
describe('Faults', () => {
  let sandbox: Tester;
  let tokens: Tokens;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.reset();
    tokens = await sandbox.tokens('notion');
  });

  const fault = (kind: string, more: object = {}) =>
    sandbox.control('POST', '/faults', { provider: 'notion', kind, times: 1, ...more });
  const search = (start_cursor?: string | null) =>
    sandbox.send<Page>('POST', '/notion/v1/search', {
      json: { page_size: 10, ...(start_cursor ? { start_cursor } : {}) },
      headers: { ...bearer(tokens.access_token), 'notion-version': '2026-03-11' },
    });
  const refresh = () =>
    sandbox.send<Tokens>('POST', '/notion/v1/oauth/token', {
      json: { grant_type: 'refresh_token', refresh_token: tokens.refresh_token },
      headers: basic('sandbox-notion', 'sandbox-notion-secret'),
    });
  const ids = ({ body }: { body: Page }) => body.results.map(({ id }) => id);

  it('applies a fault `times` times after `skip` requests', async () => {
    await fault('server-error', { status: 503, times: 2, skip: 1 });
    const statuses = [await search(), await search(), await search(), await search()].map(({ status }) => status);
    expect(statuses).toEqual([200, 503, 503, 200]);
    const { last } = await sandbox.log('notion');
    expect(last.map((request) => request.fault)).toEqual([null, 'server-error', 'server-error', null]);
  });

  it('applies a fault without `times` until cleared, only to its own path', async () => {
    const { body } = await sandbox.control('POST', '/faults', {
      provider: 'notion',
      kind: 'server-error',
      on: '/v1/search',
    });
    expect([(await search()).status, (await search()).status, (await refresh()).status]).toEqual([500, 500, 200]);
    await sandbox.control('DELETE', `/faults/${String(body['id'])}`);
    expect((await search()).status).toBe(401);
  });

  it.each([
    [{}, '1'],
    [{ retryAfter: 7 }, '7'],
    [{ retryAfter: 'none' }, null],
    [{ retryAfter: 'date' }, expect.stringMatching(/GMT$/)],
  ])('answers 429 with the hint of %j', async (more, hint) => {
    await fault('rate-limit', more);
    const reply = await search();
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toEqual(hint);
  });

  it('returns a 429 that says the connection is blocked', async () => {
    await fault('rate-limit', { reason: 'public_api_request_blocked' });
    expect((await search()).body).toMatchObject({
      additional_data: { rate_limit_reason: 'public_api_request_blocked' },
    });
  });

  it('cuts the connection before the headers after the work was done', async () => {
    await fault('cut-before-headers', { on: 'token' });
    await expect(refresh()).rejects.toThrow();
    // The pair was replaced, and nobody knows the new one.
    expect((await refresh()).status).toBe(400);
    expect((await sandbox.log('notion')).refreshTokens).toMatchObject([{ presented: 2, succeeded: 1 }]);
  });

  it('cuts the connection before the headers before any work was done', async () => {
    await fault('cut-before-headers', { on: 'token', work: 'not-done' });
    await expect(refresh()).rejects.toThrow();
    expect((await refresh()).status).toBe(200);
  });

  it('cuts the body, truncates the JSON, or sends an HTML page', async () => {
    await fault('cut-mid-body');
    await expect(search()).rejects.toThrow();
    await fault('malformed-json');
    const broken = await search();
    expect([broken.status, broken.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(() => JSON.parse(broken.text) as unknown).toThrow();
    await fault('html', { status: 502 });
    const page = await search();
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
  });

  it('delays before or after the work', async () => {
    await fault('latency', { on: 'token', ms: 150 });
    const started = performance.now();
    expect((await refresh()).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(140);
  });

  it('never responds', async () => {
    await fault('never-answers');
    const call = fetch(`${sandbox.url}/notion/v1/search`, { method: 'POST', signal: AbortSignal.timeout(100) });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('returns an empty page with a cursor without losing items', async () => {
    const whole = ids(await search());
    await fault('empty-page');
    const empty = await search();
    expect(empty.body).toMatchObject({ results: [], has_more: true, next_cursor: expect.any(String) });
    expect(ids(await search(empty.body.next_cursor))).toEqual(whole);
  });

  it('returns an empty list', async () => {
    await fault('empty-list');
    expect((await search()).body).toMatchObject({ results: [], has_more: false, next_cursor: null });
  });

  it('returns the same cursor again', async () => {
    const first = (await search()).body.next_cursor;
    await fault('repeated-cursor');
    const repeated = await search(first);
    expect(repeated.body.next_cursor).toBe(first);
    expect(ids(await search(first))).toEqual(ids(repeated));
  });

  it('repeats items of the previous page', async () => {
    const first = await search();
    await fault('duplicates', { count: 2 });
    const second = await search(first.body.next_cursor);
    expect(ids(second).slice(0, 2)).toEqual(ids(first).slice(8));
    expect(ids(second)).toHaveLength(10);
    const third = await search(second.body.next_cursor);
    expect(ids(third)).not.toContain(ids(second)[9]);
  });

  it('expires a cursor with the error of the provider', async () => {
    const first = (await search()).body.next_cursor;
    await fault('expired-cursor');
    expect(await search(first)).toMatchObject({ status: 400, body: { code: 'validation_error' } });
    const slack = (await sandbox.tokens('slack')).access_token;
    await fault('expired-cursor', { provider: 'slack' });
    const list = (query = '') =>
      sandbox.send('GET', `/slack/api/users.list?limit=5${query}`, { headers: bearer(slack) });
    const { response_metadata } = (await list()).body as { response_metadata: { next_cursor: string } };
    const next = `&cursor=${encodeURIComponent(response_metadata.next_cursor)}`;
    expect((await list(next)).body).toMatchObject({ ok: false, error: 'invalid_cursor' });
    expect((await list(next)).body).toMatchObject({ ok: true });
  });

  it('expires the access token or revokes the grant behind a request', async () => {
    await fault('expired-access', { skip: 1 });
    expect([(await search()).status, (await search()).status]).toEqual([200, 401]);
    tokens = (await refresh()).body;
    expect((await search()).status).toBe(200);
    await fault('revoked-grant');
    expect((await search()).status).toBe(401);
    expect(await refresh()).toMatchObject({ status: 400, body: { code: 'invalid_grant' } });
  });

  it('refuses unknown faults', async () => {
    expect(await fault('nonsense')).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('kind must be one of') },
    });
    expect((await fault('latency', { on: 'nowhere' })).status).toBe(400);
    expect((await fault('latency', { provider: 'github' })).status).toBe(400);
  });
});
