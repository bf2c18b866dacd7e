import { basic, bearer, callback, pkce, STATE, Tester, type Tokens } from './tester.js';

const AUTHORIZE = '/airtable/oauth2/v1/authorize';
const TOKEN = '/airtable/oauth2/v1/token';
const client = basic('sandbox-airtable', 'sandbox-airtable-secret');
const { verifier, challenge } = pkce();
const request = {
  client_id: 'sandbox-airtable',
  redirect_uri: callback('airtable'),
  response_type: 'code',
  scope: 'data.records:read schema.bases:read',
  state: STATE,
  code_challenge: challenge,
  code_challenge_method: 'S256',
};

describe('Airtable OAuth', () => {
  let sandbox: Tester;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(() => sandbox.reset());

  const code = async (change: object = {}) =>
    (await sandbox.consent(AUTHORIZE, { ...request, ...change })).searchParams.get('code') ?? '';
  const grant = (form: Record<string, string>, headers: Record<string, string> = client) =>
    sandbox.send<Tokens>('POST', TOKEN, { form, headers });
  const exchangeForm = async () => ({
    grant_type: 'authorization_code',
    code: await code(),
    redirect_uri: callback('airtable'),
    code_verifier: verifier,
  });
  const refresh = (refresh_token: string) => grant({ grant_type: 'refresh_token', refresh_token });
  const whoami = (token: string) => sandbox.send('GET', '/airtable/v0/meta/whoami', { headers: bearer(token) });

  it('returns token_type "Bearer " and both lifetimes for a code', async () => {
    const { status, body } = await grant(await exchangeForm());
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^oaa/),
      refresh_token: expect.stringMatching(/^oar/),
      token_type: 'Bearer ',
      scope: 'data.records:read schema.bases:read',
      expires_in: 3600,
      refresh_expires_in: 5_184_000,
    });
    expect(await whoami(body.access_token)).toMatchObject({
      status: 200,
      body: { id: expect.stringMatching(/^usr/), scopes: ['data.records:read', 'schema.bases:read'] },
    });
  });

  it.each([
    ['no state', { state: '' }],
    ['a short state', { state: 'short' }],
    ['no challenge', { code_challenge: '' }],
    ['a plain challenge', { code_challenge_method: 'plain' }],
    ['an unknown client', { client_id: 'nobody' }],
    ['a redirect URI that is not registered', { redirect_uri: 'https://elsewhere.example/' }],
  ])('does not redirect with %s', async (_, change) => {
    const page = await sandbox.send('GET', `${AUTHORIZE}?${new URLSearchParams({ ...request, ...change }).toString()}`);
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
  });

  it.each([
    ['unknown', 'data.records:read nonsense'],
    ['repeated', 'data.records:read data.records:read'],
    ['missing', ''],
  ])('redirects an error for a scope that is %s', async (_, scope) => {
    const search = new URLSearchParams({ ...request, scope }).toString();
    const { headers } = await sandbox.send('GET', `${AUTHORIZE}?${search}`);
    expect(Object.fromEntries(new URL(headers.get('location') ?? '').searchParams)).toMatchObject({
      error: 'invalid_scope',
      state: STATE,
    });
  });

  it('redirects when the user denies', async () => {
    const back = await sandbox.consent(AUTHORIZE, request, 'deny');
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied', state: STATE });
    expect(back.href.startsWith(`${callback('airtable')}?`)).toBe(true);
  });

  it('invalidates a code even when the exchange fails', async () => {
    const form = await exchangeForm();
    const wrong = await grant({ ...form, code_verifier: pkce().verifier });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await grant(form)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('requires a form body and HTTP Basic', async () => {
    const form = await exchangeForm();
    expect(await sandbox.send('POST', TOKEN, { json: form, headers: client })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    const inBody = { ...form, client_id: 'sandbox-airtable', client_secret: 'sandbox-airtable-secret' };
    expect(await grant(inBody, {})).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect((await grant(form)).status).toBe(200);
  });

  it('rejects Basic for an app without a secret and takes client_id from the body', async () => {
    await sandbox.control('POST', '/apps', { provider: 'airtable', clientId: 'public', clientSecret: null });
    const form = { ...(await exchangeForm()), code: await code({ client_id: 'public' }) };
    expect(await grant(form, basic('public', ''))).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect((await grant({ ...form, client_id: 'public' }, {})).status).toBe(200);
  });

  it('accepts a refresh token once, then returns 409 within the grace period and invalid_grant after it', async () => {
    const first = (await grant(await exchangeForm())).body;
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect((await whoami(first.access_token)).status).toBe(401);
    expect((await refresh(first.refresh_token)).status).toBe(409);
    // Nothing is invalidated by that.
    expect((await whoami(second.body.access_token)).status).toBe(200);
    await sandbox.control('POST', '/clock', { advanceSeconds: 31 });
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(second.body.refresh_token)).status).toBe(200);
  });

  it('expires access tokens after an hour and refresh tokens after sixty days', async () => {
    const tokens = (await grant(await exchangeForm())).body;
    await sandbox.control('POST', '/clock', { advanceSeconds: 3601 });
    expect(await whoami(tokens.access_token)).toMatchObject({
      status: 401,
      body: { error: { type: 'AUTHENTICATION_REQUIRED' } },
    });
    await sandbox.control('POST', '/clock', { advanceSeconds: 5_184_000 });
    expect(await refresh(tokens.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});
