import { basic, bearer, callback, Tester } from './tester.js';

describe('Control API', () => {
  let sandbox: Tester;
  let now = Date.UTC(2026, 10, 1);
  beforeAll(async () => {
    sandbox = await Tester.start({ clock: () => now });
  });
  afterAll(() => sandbox.close());
  beforeEach(() => sandbox.reset());

  const refresh = (refresh_token: string) =>
    sandbox.send('POST', '/hubspot/oauth/2026-09/token', {
      form: {
        grant_type: 'refresh_token',
        refresh_token,
        client_id: 'sandbox-hubspot',
        client_secret: 'sandbox-hubspot-secret',
      },
    });
  const read = (token: string) =>
    sandbox.send('GET', '/hubspot/crm/objects/2026-09/contacts', { headers: bearer(token) });

  it('expires access tokens of one account', async () => {
    const eu = await sandbox.tokens('hubspot', { account: '147893286' });
    const us = await sandbox.tokens('hubspot', { account: '62515001' });
    expect(
      (await sandbox.control('POST', '/tokens/expire', { provider: 'hubspot', account: '147893286' })).body,
    ).toEqual({ grants: 1 });
    expect([(await read(eu.access_token)).status, (await read(us.access_token)).status]).toEqual([401, 200]);
    expect((await refresh(eu.refresh_token)).status).toBe(200);
  });

  it.each([
    ['grant', 401, 400],
    ['access', 401, 200],
    ['refresh', 200, 400],
  ])('revokes the %s', async (what, reading, refreshing) => {
    const { access_token, refresh_token } = await sandbox.tokens('hubspot');
    await sandbox.control('POST', '/tokens/revoke', { provider: 'hubspot', what });
    expect([(await read(access_token)).status, (await refresh(refresh_token)).status]).toEqual([reading, refreshing]);
  });

  it('counts calls, generations and concurrency without storing secrets', async () => {
    const { access_token, refresh_token } = await sandbox.tokens('hubspot');
    await sandbox.control('POST', '/faults', { provider: 'hubspot', kind: 'latency', ms: 300, times: 4 });
    await Promise.all([1, 2, 3, 4].map(() => read(access_token)));
    const renewed = (await refresh(refresh_token)).body;
    await read(String(renewed['access_token']));
    const log = await sandbox.log('hubspot');
    expect(log).toMatchObject({
      requests: 6,
      dataCalls: 5,
      tokenCalls: 1,
      refreshCalls: 1,
      exchangeCalls: 0,
      maxConcurrent: 4,
      concurrent: 0,
    });
    expect(log.byStatus).toEqual({ 200: 6 });
    expect(log.last.at(-1)).toMatchObject({
      method: 'GET',
      path: '/crm/objects/2026-09/contacts',
      status: 200,
      generation: 2,
    });
    const text = JSON.stringify(log);
    for (const secret of [access_token, refresh_token, 'sandbox-hubspot-secret']) expect(text).not.toContain(secret);
    await sandbox.control('DELETE', '/log');
    expect((await sandbox.log('hubspot')).requests).toBe(0);
  });

  it('registers apps with redirect URIs and lifetimes, without returning secrets', async () => {
    const app = {
      provider: 'hubspot',
      clientId: 'mine',
      clientSecret: 'very-secret',
      name: 'Mine',
      accessTokenTtlSeconds: 5,
    };
    await sandbox.control('POST', '/apps', app);
    expect((await sandbox.tokens('hubspot', { clientId: 'mine' })) as object).toMatchObject({ expires_in: 5 });
    const { text } = await sandbox.control('GET', '/apps');
    expect(text).toContain('"Mine"');
    expect(text).not.toContain('secret"');
    await sandbox.control('DELETE', '/apps/hubspot/mine');
    expect((await sandbox.control('POST', '/tokens', { provider: 'hubspot', clientId: 'mine' })).status).toBe(400);
  });

  it('takes time only from its clock', async () => {
    const { access_token } = await sandbox.tokens('hubspot');
    now += 1799_000;
    expect((await read(access_token)).status).toBe(200);
    now += 1000;
    expect((await read(access_token)).status).toBe(401);
  });

  it('adds accounts with items of their own, until a reset', async () => {
    const added = { provider: 'hubspot', account: '4711', sizes: { contacts: 3 } };
    expect((await sandbox.control('POST', '/accounts', added)).status).toBe(200);
    expect((await sandbox.control('POST', '/accounts', added)).status).toBe(400);
    const { access_token } = await sandbox.tokens('hubspot', { account: '4711' });
    const contacts = async () => ((await read(access_token)).body['results'] as object[]).length;
    expect(await contacts()).toBe(3);
    await sandbox.control('PUT', '/sizes', { provider: 'hubspot', account: '4711', sizes: { contacts: 2 } });
    expect(await contacts()).toBe(2);
    await sandbox.control('PUT', '/items', { provider: 'hubspot', account: '4711', type: 'contacts', title: 'New' });
    expect(await contacts()).toBe(3);
    await sandbox.control('POST', '/tokens/revoke', { provider: 'hubspot', account: '4711' });
    expect((await read(access_token)).status).toBe(401);
    await sandbox.reset();
    const gone = await sandbox.control('PUT', '/sizes', { provider: 'hubspot', account: '4711', sizes: {} });
    expect(gone.status).toBe(400);
  });

  it('refuses unknown sizes and limits', async () => {
    const size = (sizes: object) => sandbox.control('PUT', '/sizes', { provider: 'hubspot', sizes });
    expect((await size({ contacts: -1 })).status).toBe(400);
    expect((await size({ contact: 5 })).body).toEqual({ error: expect.stringContaining('contacts, companies') });
    expect((await sandbox.control('PUT', '/limits', { provider: 'hubspot', limit: 'on' })).status).toBe(400);
    expect((await sandbox.control('PUT', '/limits', { provider: 'hubspot', rule: 'x', limit: 'off' })).status).toBe(
      400,
    );
  });

  it('resets everything', async () => {
    const { access_token } = await sandbox.tokens('hubspot');
    await sandbox.control('PUT', '/limits', { provider: 'hubspot', limit: 'off' });
    await sandbox.control('PUT', '/sizes', { provider: 'hubspot', sizes: { contacts: 3 } });
    await sandbox.control('POST', '/faults', { provider: 'hubspot', kind: 'server-error' });
    await sandbox.reset();
    expect((await read(access_token)).body).toMatchObject({ category: 'INVALID_AUTHENTICATION' });
    const { accounts } = (await sandbox.control<{ accounts: { id: string; sizes: object }[] }>('GET', '/accounts'))
      .body;
    expect(accounts.find(({ id }) => id === '147893286')).toMatchObject({ sizes: { contacts: 250 } });
    expect((await sandbox.control('GET', '/limits')).body).toMatchObject({
      hubspot: { account: { requests: 110, seconds: 10 } },
    });
    expect((await sandbox.control('GET', '/faults')).body).toEqual({ faults: [] });
  });

  it('lists at least two accounts of every provider on the consent page', async () => {
    const { accounts } = (await sandbox.control<{ accounts: { provider: string; name: string }[] }>('GET', '/accounts'))
      .body;
    for (const provider of ['notion', 'airtable', 'hubspot', 'slack']) {
      expect(accounts.filter((account) => account.provider === provider).length).toBeGreaterThanOrEqual(2);
    }
    const query = new URLSearchParams({
      client_id: 'sandbox-slack',
      redirect_uri: callback('slack'),
      scope: 'team:read',
      state: '"><script>',
    });
    const page = await sandbox.send('GET', `/slack/oauth/v2/authorize?${query.toString()}`);
    expect(page.text).toContain('Stand-in for Slack');
    expect(page.text).toContain('View the name, email domain, and icon of the workspace');
    expect(page.text).not.toContain('<script>');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    // It would stop the redirect back to the app.
    expect(policy).not.toContain('form-action');
  });

  it('rejects a client of another provider', async () => {
    const json = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'y' };
    const reply = await sandbox.send('POST', '/notion/v1/oauth/token', {
      json,
      headers: basic('sandbox-hubspot', 'sandbox-hubspot-secret'),
    });
    expect(reply.status).toBe(401);
    const slack = await sandbox.tokens('slack');
    expect((await read(slack.access_token)).status).toBe(401);
  });
});
