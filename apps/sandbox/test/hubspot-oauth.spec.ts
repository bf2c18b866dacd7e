import { basic, bearer, callback, pkce, STATE, Tester, type Tokens } from './tester.js';

const AUTHORIZE = '/hubspot/oauth/authorize';
const TOKEN = '/hubspot/oauth/2026-09/token';
const credentials = { client_id: 'sandbox-hubspot', client_secret: 'sandbox-hubspot-secret' };
const request = {
  client_id: 'sandbox-hubspot',
  redirect_uri: callback('hubspot'),
  scope: 'oauth crm.objects.contacts.read',
  optional_scope: 'tickets',
  state: STATE,
};

describe('HubSpot OAuth', () => {
  let sandbox: Tester;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(() => sandbox.reset());

  const codeForm = async (account?: string) => ({
    ...credentials,
    grant_type: 'authorization_code',
    code: (await sandbox.consent(AUTHORIZE, request, 'allow', account)).searchParams.get('code') ?? '',
    redirect_uri: callback('hubspot'),
  });
  const grant = (form: Record<string, string>, path = TOKEN) => sandbox.send<Tokens>('POST', path, { form });
  const refreshForm = (refresh_token: string) => ({ ...credentials, grant_type: 'refresh_token', refresh_token });

  it('returns an array of scopes and the portal', async () => {
    expect(await grant(await codeForm())).toMatchObject({
      status: 200,
      body: {
        token_type: 'bearer',
        hub_id: 147893286,
        scopes: ['oauth', 'crm.objects.contacts.read', 'tickets'],
        expires_in: 1800,
        token_use: 'access_token',
      },
    });
    expect((await grant(await codeForm('62515001'))).body).toMatchObject({
      scopes: ['oauth', 'crm.objects.contacts.read'],
    });
  });

  it.each(['/hubspot/oauth/2026-03/token', '/hubspot/oauth/v3/token', '/hubspot/oauth/v1/token'])(
    'has the same answer at %s',
    async (path) => {
      expect(await grant(await codeForm(), path)).toMatchObject({ status: 200, body: { expires_in: 1800 } });
    },
  );

  it('requires all parameters in a form body', async () => {
    const form = await codeForm();
    const { client_id: _id, client_secret: _secret, ...rest } = form;
    const header = basic('sandbox-hubspot', 'sandbox-hubspot-secret');
    expect(await sandbox.send('POST', TOKEN, { form: rest, headers: header })).toMatchObject({
      status: 400,
      body: { status: 'BAD_CLIENT_ID' },
    });
    expect((await sandbox.send('POST', TOKEN, { json: form })).status).toBe(415);
    expect(await grant({ ...form, client_secret: 'wrong' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_client', status: 'BAD_CLIENT_SECRET' },
    });
    expect(await grant({ ...form, redirect_uri: 'http://localhost/x' })).toMatchObject({
      status: 400,
      body: { status: 'BAD_REDIRECT_URI' },
    });
    expect((await grant(form)).status).toBe(200);
    expect(await grant(form)).toMatchObject({ status: 400, body: { error: 'invalid_grant', status: 'BAD_AUTH_CODE' } });
  });

  it('keeps the refresh token and old access tokens valid on refresh', async () => {
    const first = (await grant(await codeForm())).body;
    const second = (await grant(refreshForm(first.refresh_token))).body;
    expect(second.refresh_token).toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    for (const { access_token } of [first, second]) {
      const read = await sandbox.send('GET', '/hubspot/account-info/2026-09/details', {
        headers: bearer(access_token),
      });
      expect(read).toMatchObject({ status: 200, body: { portalId: 147893286 } });
    }
  });

  it('introspects, and keeps access tokens valid after their refresh token is revoked', async () => {
    const { access_token, refresh_token } = (await grant(await codeForm())).body;
    const ask = (what: string, token: string) => grant({ ...credentials, token }, `${TOKEN}/${what}`);
    expect((await ask('introspect', access_token)).body).toMatchObject({
      active: true,
      hub_id: 147893286,
      expires_in: 1800,
      token_use: 'access_token',
    });
    expect((await ask('revoke', refresh_token)).status).toBe(200);
    expect((await ask('introspect', refresh_token)).body).toEqual({ active: false });
    expect((await ask('introspect', access_token)).body).toMatchObject({ active: true });
    expect(await grant(refreshForm(refresh_token))).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', status: 'BAD_REFRESH_TOKEN' },
    });
  });

  it('names how long ago a token expired', async () => {
    const { access_token } = (await grant(await codeForm())).body;
    await sandbox.control('POST', '/clock', { advanceSeconds: 1860 });
    const read = await sandbox.send('GET', '/hubspot/crm/objects/2026-09/contacts', { headers: bearer(access_token) });
    expect(read).toMatchObject({
      status: 401,
      body: { category: 'EXPIRED_AUTHENTICATION', message: expect.stringContaining('expired 60 second(s) ago') },
    });
  });

  it('verifies PKCE when a challenge was sent, and rejects an expired code', async () => {
    const { verifier, challenge } = pkce();
    const begin = { ...request, code_challenge: challenge, code_challenge_method: 'S256' };
    const code = (await sandbox.consent(AUTHORIZE, begin)).searchParams.get('code') ?? '';
    const form = { ...(await codeForm()), code };
    expect(await grant(form)).toMatchObject({ status: 400, body: { status: 'BAD_CODE_VERIFIER' } });
    expect((await grant({ ...form, code_verifier: verifier })).status).toBe(200);
    const late = await codeForm();
    await sandbox.control('POST', '/clock', { advanceSeconds: 600 });
    expect(await grant(late)).toMatchObject({ status: 400, body: { status: 'EXPIRED_AUTH_CODE' } });
  });

  it('rejects a secret in the query', async () => {
    const { client_secret, ...form } = await codeForm();
    expect((await grant(form, `${TOKEN}?client_secret=${client_secret}`)).status).toBe(400);
  });

  it('blocks an install that requests more scopes than the app has', async () => {
    const allowedScopes = ['oauth', 'tickets'];
    await sandbox.control('POST', '/apps', {
      provider: 'hubspot',
      clientId: 'small',
      clientSecret: 's',
      allowedScopes,
    });
    const search = new URLSearchParams({ ...request, client_id: 'small' }).toString().replaceAll('+', '%20');
    const page = await sandbox.send('GET', `${AUTHORIZE}?${search}`);
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
  });

  it('reads scopes joined by + as one unknown scope', async () => {
    const search = new URLSearchParams(request).toString();
    const page = await sandbox.send('GET', `${AUTHORIZE}?${search}`);
    expect(page.status).toBe(400);
    expect(page.text).toContain('one or more scopes are invalid');
  });

  it('redirects when the user denies, or stays on the page with denialStays', async () => {
    const back = await sandbox.consent(AUTHORIZE, request, 'deny');
    expect(back.searchParams.get('error')).toBe('access_denied');
    await sandbox.control('POST', '/apps', {
      provider: 'hubspot',
      clientId: 'quiet',
      clientSecret: 's',
      denialStays: true,
    });
    const answer = await sandbox.send('POST', AUTHORIZE, {
      form: { ...request, client_id: 'quiet', decision: 'deny' },
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
  });
});
