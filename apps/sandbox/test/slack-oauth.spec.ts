import { basic, bearer, callback, STATE, Tester } from './tester.js';

const AUTHORIZE = '/slack/oauth/v2/authorize';
const TOKEN = '/slack/api/oauth.v2.access';
const client = basic('sandbox-slack', 'sandbox-slack-secret');
const request = {
  client_id: 'sandbox-slack',
  redirect_uri: callback('slack'),
  scope: 'channels:read,users:read',
  state: STATE,
};

interface SlackTokens {
  access_token: string;
  refresh_token: string;
  authed_user: { access_token: string };
}

describe('Slack OAuth', () => {
  let sandbox: Tester;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(() => sandbox.reset());

  const codeForm = async (change: Record<string, string> = {}, account?: string) => ({
    code:
      (await sandbox.consent(AUTHORIZE, { ...request, ...change }, 'allow', account)).searchParams.get('code') ?? '',
    redirect_uri: callback('slack'),
  });
  const grant = (form: Record<string, string>, headers: Record<string, string> = client) =>
    sandbox.send<SlackTokens>('POST', TOKEN, { form, headers });
  const test = (token: string) => sandbox.send('POST', '/slack/api/auth.test', { headers: bearer(token) });

  it('returns a bot token that does not expire', async () => {
    const { status, body } = await grant(await codeForm());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: true,
      access_token: expect.stringMatching(/^xoxb-/),
      token_type: 'bot',
      scope: 'channels:read,users:read',
      team: { id: 'T05FERNHILL', name: 'Fernhill Studio' },
      enterprise: null,
      is_enterprise_install: false,
      authed_user: { id: expect.stringMatching(/^U/) },
    });
    expect(body).not.toHaveProperty('expires_in');
    expect(body).not.toHaveProperty('refresh_token');
    expect((await test(body.access_token)).body).toMatchObject({
      ok: true,
      team_id: 'T05FERNHILL',
      bot_id: expect.any(String),
    });
  });

  it('accepts credentials in a form or JSON body', async () => {
    const inBody = { client_id: 'sandbox-slack', client_secret: 'sandbox-slack-secret' };
    expect((await grant({ ...(await codeForm()), ...inBody }, {})).body).toMatchObject({ ok: true });
    const json = { ...(await codeForm()), ...inBody };
    expect((await sandbox.send('POST', TOKEN, { json })).body).toMatchObject({ ok: true });
  });

  it('returns errors in a 200', async () => {
    const form = await codeForm();
    expect(await grant(form, basic('sandbox-slack', 'wrong'))).toMatchObject({
      status: 200,
      body: { ok: false, error: 'bad_client_secret' },
    });
    expect(await grant(form, basic('nobody', 'x'))).toMatchObject({
      status: 200,
      body: { ok: false, error: 'invalid_client_id' },
    });
    expect(await grant({ ...form, redirect_uri: 'http://localhost/x' })).toMatchObject({
      status: 200,
      body: { error: 'bad_redirect_uri' },
    });
    expect(await grant({ ...form, code_verifier: 'v'.repeat(50) })).toMatchObject({
      status: 200,
      body: { error: 'pkce_not_allowed' },
    });
    expect(await grant({ ...form, code: 'nonsense' })).toMatchObject({ status: 200, body: { error: 'invalid_code' } });
    await grant(form);
    expect(await grant(form)).toMatchObject({ status: 200, body: { error: 'code_already_used' } });
    expect(await grant({ grant_type: 'refresh_token', refresh_token: 'x' })).toMatchObject({
      body: { error: 'invalid_grant_type' },
    });
  });

  it('returns the token of a user-only install only under authed_user', async () => {
    const { body } = await grant(await codeForm({ scope: '', user_scope: 'channels:read' }));
    expect(body).not.toHaveProperty('access_token');
    expect(body).toMatchObject({
      authed_user: { access_token: expect.stringMatching(/^xoxp-/), token_type: 'user', scope: 'channels:read' },
    });
    expect((await test(body.authed_user.access_token)).body).not.toHaveProperty('bot_id');
  });

  it('redirects when the user denies, with an empty state when none was sent', async () => {
    const back = await sandbox.consent(AUTHORIZE, request, 'deny');
    expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state: STATE });
    const { state: _none, ...stateless } = request;
    expect((await sandbox.consent(AUTHORIZE, stateless)).searchParams.get('state')).toBe('');
  });

  it('returns no team for an organization', async () => {
    expect((await grant(await codeForm({}, 'E05LANTERNG'))).body).toMatchObject({
      team: null,
      enterprise: { id: 'E05LANTERNG' },
      is_enterprise_install: true,
    });
  });

  it('accepts a redirect URI below a registered one', async () => {
    const redirectUris = ['https://app.example.com/slack'];
    await sandbox.control('POST', '/apps', { provider: 'slack', clientId: 'below', clientSecret: 's', redirectUris });
    const at = (redirect_uri: string) =>
      sandbox.send(
        'GET',
        `${AUTHORIZE}?${new URLSearchParams({ ...request, client_id: 'below', redirect_uri }).toString()}`,
      );
    expect((await at('https://app.example.com/slack/callback')).status).toBe(200);
    expect((await at('https://app.example.com/slackother')).status).toBe(400);
  });

  describe('with token rotation', () => {
    const rotating = basic('rotating', 's');
    beforeEach(() =>
      sandbox.control('POST', '/apps', { provider: 'slack', clientId: 'rotating', clientSecret: 's', rotation: true }),
    );
    const first = async () => (await grant(await codeForm({ client_id: 'rotating' }), rotating)).body;
    const refresh = (refresh_token: string) => grant({ grant_type: 'refresh_token', refresh_token }, rotating);

    it('returns twelve hours and a refresh token, at the top level for the bot and nested for the user', async () => {
      const { body } = await grant(await codeForm({ client_id: 'rotating', user_scope: 'search:read' }), rotating);
      const pair = { expires_in: 43_200, refresh_token: expect.stringMatching(/^xoxe-1-/) };
      expect(body).toMatchObject({
        access_token: expect.stringMatching(/^xoxe\.xoxb-1-/),
        ...pair,
        authed_user: { access_token: expect.stringMatching(/^xoxe\.xoxp-1-/), ...pair },
      });
    });

    it('keeps two access tokens valid and invalidates the oldest', async () => {
      const one = await first();
      const two = (await refresh(one.refresh_token)).body;
      expect((await test(one.access_token)).body).toMatchObject({ ok: true });
      const three = (await refresh(two.refresh_token)).body;
      expect((await test(one.access_token)).body).toMatchObject({ ok: false, error: 'token_revoked' });
      expect((await test(two.access_token)).body).toMatchObject({ ok: true });
      expect((await test(three.access_token)).body).toMatchObject({ ok: true });
    });

    it('accepts a used refresh token within its grace period only', async () => {
      const one = await first();
      await refresh(one.refresh_token);
      expect((await refresh(one.refresh_token)).body).toMatchObject({ ok: true });
      await sandbox.control('POST', '/clock', { advanceSeconds: 61 });
      expect((await refresh(one.refresh_token)).body).toMatchObject({ ok: false, error: 'invalid_refresh_token' });
    });

    it('returns token_expired after twelve hours', async () => {
      const { access_token } = await first();
      await sandbox.control('POST', '/clock', { advanceSeconds: 43_201 });
      expect(await test(access_token)).toMatchObject({ status: 200, body: { ok: false, error: 'token_expired' } });
    });
  });

  it('revokes with auth.revoke', async () => {
    const { access_token } = (await grant(await codeForm())).body;
    const revoke = (query = '') =>
      sandbox.send('POST', `/slack/api/auth.revoke${query}`, { headers: bearer(access_token) });
    expect((await revoke('?test=1')).body).toMatchObject({ ok: true, revoked: false });
    expect((await revoke()).body).toEqual({ ok: true, revoked: true });
    expect((await test(access_token)).body).toMatchObject({ ok: false, error: 'token_revoked' });
    expect((await sandbox.log('slack')).revokeCalls).toBe(2);
  });
});
