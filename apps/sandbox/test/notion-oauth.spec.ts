import { basic, bearer, callback, STATE, Tester, type Tokens } from './tester.js';

const AUTHORIZE = '/notion/v1/oauth/authorize';
const TOKEN = '/notion/v1/oauth/token';
const client = basic('sandbox-notion', 'sandbox-notion-secret');
const request = {
  client_id: 'sandbox-notion',
  redirect_uri: callback('notion'),
  response_type: 'code',
  owner: 'user',
  state: STATE,
};

describe('Notion OAuth', () => {
  let sandbox: Tester;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(() => sandbox.reset());

  const code = async () => (await sandbox.consent(AUTHORIZE, request)).searchParams.get('code') ?? '';
  const exchange = async (more: object = {}) =>
    sandbox.send<Tokens>('POST', TOKEN, {
      json: { grant_type: 'authorization_code', code: await code(), redirect_uri: callback('notion'), ...more },
      headers: client,
    });
  const refresh = (refresh_token: string) =>
    sandbox.send<Tokens>('POST', TOKEN, { json: { grant_type: 'refresh_token', refresh_token }, headers: client });

  it('exchanges a code for a token pair without expires_in', async () => {
    const { status, body } = await exchange();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      access_token: expect.stringMatching(/^ntn_/),
      refresh_token: expect.stringMatching(/^nrt_/),
      token_type: 'bearer',
      workspace_name: 'Fernhill Studio',
      owner: {
        type: 'user',
        user: { object: 'user', type: 'person', person: { email: expect.stringContaining('@') } },
      },
      duplicated_template_id: null,
      request_id: expect.any(String),
    });
    expect(body).not.toHaveProperty('expires_in');
    expect(body).not.toHaveProperty('scope');
  });

  it('redirects with access_denied and the state when the user denies', async () => {
    const back = await sandbox.consent(AUTHORIZE, request, 'deny');
    expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state: STATE });
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }, 400],
    ['a foreign redirect URI', { redirect_uri: 'https://evil.example/integrations/notion/oauth2callback' }, 400],
    ['another path', { redirect_uri: 'http://localhost:8000/elsewhere' }, 400],
  ])('shows an error page for %s', async (_, change, status) => {
    const page = await sandbox.send('GET', `${AUTHORIZE}?${new URLSearchParams({ ...request, ...change }).toString()}`);
    expect([page.status, page.headers.get('location')]).toEqual([status, null]);
  });

  it('requires owner=user', async () => {
    const page = await sandbox.send(
      'GET',
      `${AUTHORIZE}?${new URLSearchParams({ ...request, owner: 'me' }).toString()}`,
    );
    expect(page.headers.get('location')).toContain('error=invalid_request');
  });

  it('accepts only JSON with Basic authentication', async () => {
    const form = { grant_type: 'authorization_code', code: await code(), redirect_uri: callback('notion') };
    expect(await sandbox.send('POST', TOKEN, { form, headers: client })).toMatchObject({
      status: 400,
      body: { code: 'invalid_json' },
    });
    const inBody = { ...form, client_id: 'sandbox-notion', client_secret: 'sandbox-notion-secret' };
    expect(await sandbox.send('POST', TOKEN, { json: inBody })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    const wrong = basic('sandbox-notion', 'wrong');
    expect(await sandbox.send('POST', TOKEN, { json: form, headers: wrong })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect((await sandbox.send('POST', TOKEN, { json: form, headers: client })).status).toBe(200);
  });

  it('accepts a code once, with the same redirect URI, within ten minutes', async () => {
    const json = { grant_type: 'authorization_code', code: await code(), redirect_uri: callback('notion') };
    const elsewhere = await sandbox.send('POST', TOKEN, {
      json: { ...json, redirect_uri: 'http://localhost:1/x' },
      headers: client,
    });
    expect(elsewhere).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await sandbox.send('POST', TOKEN, { json, headers: client })).status).toBe(200);
    // The second form of an error at this endpoint: the API's own envelope.
    const again = await sandbox.send('POST', TOKEN, { json, headers: client });
    expect(again).toMatchObject({ status: 400, body: { object: 'error', status: 400, code: 'invalid_grant' } });
    const late = { ...json, code: await code() };
    await sandbox.control('POST', '/clock', { advanceSeconds: 601 });
    expect(await sandbox.send('POST', TOKEN, { json: late, headers: client })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  it('returns a new pair on refresh and invalidates the old one', async () => {
    const first = (await exchange()).body;
    const second = (await refresh(first.refresh_token)).body;
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const me = (token: string) =>
      sandbox.send('GET', '/notion/v1/users/me', { headers: { ...bearer(token), 'notion-version': '2026-03-11' } });
    expect(await me(first.access_token)).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    expect((await me(second.access_token)).status).toBe(200);
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const { refreshCalls, refreshTokens } = await sandbox.log('notion');
    expect(refreshCalls).toBe(2);
    expect(refreshTokens).toEqual([{ token: expect.any(String), generation: 1, presented: 2, succeeded: 1 }]);
  });

  it('keeps the old pair valid for an app with oldPair: lives', async () => {
    const app = { provider: 'notion', clientId: 'lenient', clientSecret: 's', oldPair: 'lives' };
    await sandbox.control('POST', '/apps', app);
    const first = await sandbox.tokens('notion', { clientId: 'lenient' });
    const again = () =>
      sandbox.send('POST', TOKEN, {
        json: { grant_type: 'refresh_token', refresh_token: first.refresh_token },
        headers: basic('lenient', 's'),
      });
    expect((await again()).status).toBe(200);
    expect((await again()).status).toBe(200);
  });

  it('introspects and revokes tokens', async () => {
    const { access_token, refresh_token } = (await exchange()).body;
    const ask = (path: string) =>
      sandbox.send('POST', `/notion/v1/oauth/${path}`, { json: { token: access_token }, headers: client });
    expect((await ask('introspect')).body).toMatchObject({ active: true, iat: expect.any(Number) });
    expect(await ask('revoke')).toMatchObject({ status: 200, body: { request_id: expect.any(String) } });
    expect((await ask('introspect')).body).toMatchObject({ active: false });
    expect(await refresh(refresh_token)).toMatchObject({ status: 400, body: { code: 'invalid_grant' } });
    expect((await sandbox.log('notion')).revokeCalls).toBe(1);
  });

  it('rejects redirect_uri at the token endpoint when the authorization request had none', async () => {
    const only = 'https://app.example.com/cb';
    await sandbox.control('POST', '/apps', {
      provider: 'notion',
      clientId: 'one',
      clientSecret: 's',
      redirectUris: [only],
    });
    const { redirect_uri: _none, ...silent } = { ...request, client_id: 'one' };
    const back = await sandbox.consent(AUTHORIZE, silent);
    const json = { grant_type: 'authorization_code', code: back.searchParams.get('code') };
    const headers = basic('one', 's');
    expect((await sandbox.send('POST', TOKEN, { json: { ...json, redirect_uri: only }, headers })).status).toBe(400);
    expect((await sandbox.send('POST', TOKEN, { json, headers })).status).toBe(200);
  });
});
