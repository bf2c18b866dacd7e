import { bearer, type Reply, Tester } from './tester.js';

interface Body extends Record<string, unknown> {
  ok: boolean;
  channels: { id: string; name?: string; is_member: boolean; created: number; updated: number }[];
  members: Record<string, unknown>[];
  messages: { ts: string }[];
  response_metadata?: { next_cursor: string };
}

describe('Slack data', () => {
  let sandbox: Tester;
  let token: string;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.reset();
    token = (await sandbox.tokens('slack')).access_token;
  });

  const ask = (method: string, form: Record<string, string> = {}): Promise<Reply<Body>> =>
    sandbox.send<Body>('POST', `/slack/api/${method}`, { form, headers: bearer(token) });

  it('accepts GET with a query and POST with a form', async () => {
    const get = await sandbox.send<Body>('GET', '/slack/api/conversations.list?limit=3', { headers: bearer(token) });
    expect(get.body).toEqual((await ask('conversations.list', { limit: '3' })).body);
  });

  it('rejects a token in the query', async () => {
    expect((await sandbox.send('GET', `/slack/api/auth.test?token=${token}`)).body).toMatchObject({
      ok: false,
      error: 'not_authed',
    });
    expect((await sandbox.send('POST', '/slack/api/auth.test', { form: { token } })).body).toMatchObject({ ok: true });
  });

  it('returns `created` in seconds and `updated` in milliseconds', async () => {
    const [channel] = (await ask('conversations.list')).body.channels;
    expect(String(channel?.created)).toHaveLength(10);
    expect(String(channel?.updated)).toHaveLength(13);
  });

  it('requires a scope for each type and names it', async () => {
    // A workspace in which no earlier consent gave more.
    token = (await sandbox.tokens('slack', { scopes: ['channels:read'], account: 'T05QUARRY01' })).access_token;
    expect((await ask('conversations.list')).headers.get('x-oauth-scopes')).toBe('channels:read');
    expect(await ask('conversations.list', { types: 'public_channel,im' })).toMatchObject({
      status: 200,
      body: { ok: false, error: 'missing_scope', needed: 'im:read', provided: 'channels:read' },
    });
  });

  it('returns email addresses only with users:read.email, and lists deleted users, bots and Slackbot', async () => {
    const { members } = (await ask('users.list')).body;
    expect(members).toHaveLength(71);
    expect(members[0]).toMatchObject({ id: 'USLACKBOT' });
    expect(members.some(({ deleted }) => deleted === true)).toBe(true);
    expect(members.some(({ is_bot }) => is_bot === true)).toBe(true);
    expect(JSON.stringify(members)).toContain('@example.com');
    token = (await sandbox.tokens('slack', { scopes: ['users:read'], account: 'T05QUARRY01' })).access_token;
    expect((await ask('users.list')).text).not.toContain('@example.com');
  });

  it('requires a limit for a large team', async () => {
    await sandbox.control('PUT', '/sizes', { provider: 'slack', sizes: { users: 5000 } });
    expect((await ask('users.list')).body).toMatchObject({ ok: false, error: 'limit_required' });
    expect((await ask('users.list', { limit: '200' })).body.members).toHaveLength(200);
  });

  it('returns history between two times, exclusive by default', async () => {
    const channel = (await ask('conversations.list')).body.channels.find(({ is_member }) => is_member)?.id ?? '';
    const { messages } = (await ask('conversations.history', { channel, limit: '20' })).body;
    const [latest = '', oldest = ''] = [messages[4]?.ts, messages[9]?.ts];
    const between = async (more = {}) =>
      (await ask('conversations.history', { channel, latest, oldest, ...more })).body.messages.map(({ ts }) => ts);
    const all = messages.map(({ ts }) => ts);
    expect(await between()).toEqual(all.slice(5, 9));
    expect(await between({ inclusive: 'true' })).toEqual(all.slice(4, 10));
    // A poll for what is new.
    expect((await ask('conversations.history', { channel, oldest: all[0] ?? '' })).body).toMatchObject({
      messages: [],
      has_more: false,
    });
  });

  it('limits an app outside the Marketplace to 15 messages once a minute', async () => {
    await sandbox.control('POST', '/apps', {
      provider: 'slack',
      clientId: 'sold',
      clientSecret: 's',
      historyLimited: true,
    });
    token = (await sandbox.tokens('slack', { clientId: 'sold' })).access_token;
    const channel = (await ask('conversations.list')).body.channels.find(({ is_member }) => is_member)?.id ?? '';
    expect((await ask('conversations.history', { channel, limit: '100' })).body.messages).toHaveLength(15);
    const refused = await ask('conversations.history', { channel });
    expect(refused).toMatchObject({ status: 429, body: { ok: false, error: 'ratelimited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect((await ask('users.list')).body.ok).toBe(true);
  });

  it('limits requests by method and team', async () => {
    await sandbox.control('PUT', '/limits', { provider: 'slack', rule: 'tier2', limit: { requests: 1, seconds: 60 } });
    expect((await ask('users.list')).status).toBe(200);
    expect((await ask('users.list')).status).toBe(429);
    expect((await ask('conversations.list')).status).toBe(200);
    token = (await sandbox.tokens('slack', { account: 'T05QUARRY01' })).access_token;
    expect((await ask('users.list')).status).toBe(200);
  });

  it('requires a team_id with the token of an organization', async () => {
    token = (await sandbox.tokens('slack', { account: 'E05LANTERNG' })).access_token;
    expect((await ask('conversations.list')).body).toMatchObject({ ok: false, error: 'missing_argument' });
    const { teams } = (await ask('auth.teams.list')).body;
    const team_id = (teams as { id: string }[])[0]?.id ?? '';
    expect((await ask('conversations.list', { team_id })).body.channels).toHaveLength(8);
    expect((await ask('auth.test')).body).toMatchObject({ is_enterprise_install: true, enterprise_id: 'E05LANTERNG' });
  });

  it('has messages without text, deleted ones, and the replies of a thread', async () => {
    const channel = (await ask('conversations.list')).body.channels.find(({ is_member }) => is_member)?.id ?? '';
    const { messages } = (await ask('conversations.history', { channel, limit: '200' })).body;
    const having = (member: string) => messages.filter((message) => member in message);
    for (const member of ['attachments', 'blocks', 'files', 'hidden', 'thread_ts']) {
      expect(having(member).length).toBeGreaterThan(0);
    }
    for (const root of having('thread_ts') as unknown as { ts: string; reply_count: number; latest_reply: string }[]) {
      const thread = (await ask('conversations.replies', { channel, ts: root.ts })).body.messages;
      expect(thread.map(({ ts }) => ts).sort()).toEqual(thread.map(({ ts }) => ts));
      expect([thread.length, thread[0]?.ts, thread.at(-1)?.ts]).toEqual([
        1 + root.reply_count,
        root.ts,
        root.latest_reply,
      ]);
      expect(messages.map(({ ts }) => ts)).not.toContain(root.latest_reply);
    }
    const paged = await ask('conversations.replies', { channel, ts: having('thread_ts')[0]?.ts ?? '', limit: '1' });
    expect(paged.body).toMatchObject({ has_more: true, response_metadata: { next_cursor: expect.any(String) } });
    expect((await ask('conversations.replies', { channel, ts: '1.000001' })).body).toMatchObject({
      error: 'thread_not_found',
    });
  });

  it('hides older messages of a plan, and says so', async () => {
    await sandbox.control('PUT', '/sizes', { provider: 'slack', sizes: { hiddenMessages: 100 } });
    const channel = (await ask('conversations.list')).body.channels.find(({ is_member }) => is_member)?.id ?? '';
    const { body } = await ask('conversations.history', { channel, limit: '200' });
    expect(body.messages).toHaveLength(20);
    expect(body).toMatchObject({ is_limited: true, has_more: false });
  });

  it('gives a workspace one token per app, whose scopes add up, until it is revoked', async () => {
    const scoped = async (...scopes: string[]) =>
      (await sandbox.tokens('slack', { scopes, account: 'T05QUARRY01' })).access_token;
    token = await scoped('channels:read');
    expect(await scoped('users:read')).toBe(token);
    expect((await ask('auth.test')).headers.get('x-oauth-scopes')).toBe('channels:read,users:read');
    expect((await ask('auth.revoke')).body).toMatchObject({ ok: true, revoked: true });
    expect((await ask('auth.test')).body).toMatchObject({ ok: false, error: 'token_revoked' });
    expect(await scoped('channels:read')).not.toBe(token);
  });

  it('supports team.info and rejects unknown methods', async () => {
    expect((await ask('team.info')).body).toMatchObject({
      ok: true,
      team: { id: 'T05FERNHILL', name: 'Fernhill Studio' },
    });
    expect(await ask('chat.postMessage')).toMatchObject({ status: 200, body: { ok: false, error: 'unknown_method' } });
  });
});
