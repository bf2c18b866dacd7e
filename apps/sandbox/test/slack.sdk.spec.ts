import { ErrorCode, LogLevel, WebClient } from '@slack/web-api';
import { callback, STATE, Tester } from './tester.js';

describe('@slack/web-api against the mock provider', () => {
  let sandbox: Tester;
  beforeAll(async () => {
    sandbox = await Tester.start();
    await sandbox.control('PUT', '/limits', { provider: 'slack', limit: 'off' });
  });
  afterAll(() => sandbox.close());

  const client = (token?: string) =>
    new WebClient(token, {
      slackApiUrl: `${sandbox.url}/slack/api/`,
      rejectRateLimitedCalls: true,
      retryConfig: { retries: 0 },
      logLevel: LogLevel.ERROR,
    });
  const signedIn = async () => client((await sandbox.tokens('slack')).access_token);

  it('exchanges a code with oauth.v2.access', async () => {
    const redirect_uri = callback('slack');
    const request = { client_id: 'sandbox-slack', redirect_uri, scope: 'channels:read', state: STATE };
    const code = (await sandbox.consent('/slack/oauth/v2/authorize', request)).searchParams.get('code') ?? '';
    const app = { client_id: 'sandbox-slack', client_secret: 'sandbox-slack-secret' };
    const access = await client().oauth.v2.access({ ...app, code, redirect_uri });
    expect(access).toMatchObject({ ok: true, token_type: 'bot', team: { name: 'Fernhill Studio' } });
    const again = client().oauth.v2.access({ ...app, code, redirect_uri });
    await expect(again).rejects.toMatchObject({ code: ErrorCode.PlatformError, data: { error: 'code_already_used' } });
    const me = await client(access.access_token).auth.test();
    expect([me.team_id, me.response_metadata?.scopes]).toEqual(['T05FERNHILL', ['channels:read']]);
  });

  it('paginates channels through empty pages, each channel once', async () => {
    const slack = await signedIn();
    const ids: string[] = [];
    const sizes: number[] = [];
    for await (const page of slack.paginate('conversations.list', { limit: 5 })) {
      const { channels } = page as unknown as { channels: { id: string }[] };
      sizes.push(channels.length);
      ids.push(...channels.map(({ id }) => id));
    }
    expect(new Set(ids).size).toBe(40);
    expect(ids).toHaveLength(40);
    expect(sizes).toContain(0);
  });

  it('paginates all visible conversations and users', async () => {
    const slack = await signedIn();
    const kinds = { public_channel: 0, private_channel: 0, im: 0, mpim: 0 };
    const types = Object.keys(kinds).join(',');
    for await (const page of slack.paginate('conversations.list', { limit: 20, types })) {
      const { channels } = page as unknown as {
        channels: { name?: string; is_im?: boolean; is_mpim?: boolean; is_private?: boolean }[];
      };
      for (const { name, is_im, is_mpim, is_private } of channels) {
        kinds[is_im ? 'im' : is_mpim ? 'mpim' : is_private ? 'private_channel' : 'public_channel'] += 1;
        expect(name === undefined).toBe(is_im === true);
      }
    }
    expect(kinds).toEqual({ public_channel: 40, private_channel: 6, im: 12, mpim: 3 });
    let people = 0;
    for await (const page of slack.paginate('users.list', { limit: 30 })) {
      people += (page as unknown as { members: unknown[] }).members.length;
    }
    expect(people).toBe(71);
  });

  it('reads the history only of a channel the bot is a member of', async () => {
    const slack = await signedIn();
    const { channels = [] } = await slack.conversations.list({ limit: 20 });
    const inside = channels.find(({ is_member }) => is_member)?.id ?? '';
    const outside = channels.find(({ is_member, is_archived }) => !is_member && !is_archived)?.id ?? '';
    let last = Infinity;
    let count = 0;
    for await (const page of slack.paginate('conversations.history', { channel: inside, limit: 50 })) {
      for (const { ts } of (page as unknown as { messages: { ts: string }[] }).messages) {
        expect(Number(ts)).toBeLessThan(last);
        last = Number(ts);
        count += 1;
      }
    }
    expect(count).toBe(120);
    await expect(slack.conversations.history({ channel: outside })).rejects.toMatchObject({
      data: { error: 'not_in_channel' },
    });
    await expect(slack.conversations.info({ channel: 'C00000000000' })).rejects.toMatchObject({
      data: { error: 'channel_not_found' },
    });
  });

  it('throws its own errors', async () => {
    await expect(client('xoxb-wrong').auth.test()).rejects.toMatchObject({ data: { error: 'invalid_auth' } });
    await expect(client().auth.test()).rejects.toMatchObject({ data: { error: 'not_authed' } });
    const slack = await signedIn();
    await expect(slack.conversations.list({ cursor: 'nonsense' })).rejects.toMatchObject({
      data: { error: 'invalid_cursor' },
    });
    await expect(slack.conversations.list({ limit: 1001 })).rejects.toMatchObject({ data: { error: 'invalid_limit' } });
    await sandbox.control('POST', '/faults', { provider: 'slack', kind: 'rate-limit', times: 1 });
    await expect(slack.users.list({ limit: 5 })).rejects.toMatchObject({
      code: ErrorCode.RateLimitedError,
      retryAfter: 30,
    });
    await sandbox.control('POST', '/faults', { provider: 'slack', kind: 'server-error', status: 503, times: 1 });
    await expect(slack.users.list({ limit: 5 })).rejects.toMatchObject({ code: ErrorCode.HTTPError, statusCode: 503 });
  });
});
