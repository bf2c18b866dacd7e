import { createHmac } from 'node:crypto';
import { slackWebhooks } from '../src/slack/webhooks.js';
import { bearer, Tester } from './tester.js';
import { type Received, WebhookReceiver } from './webhook-receiver.js';

interface Envelope {
  type: string;
  team_id: string;
  event_id: string;
  event_time: number;
  authorizations: { team_id: string | null; is_bot: boolean }[];
  event: Record<string, unknown>;
}
interface Sent {
  attempt: number;
  status: number | null;
  durationMs: number;
  error: string | null;
}

const ACCOUNT = 'T05FERNHILL';
const SECRET = 'a-signing-secret';

/** docs.slack.dev/authentication/verifying-requests-from-slack */
function isSigned({ headers, body }: Received, secret = SECRET, maxAgeSeconds = 300): boolean {
  const timestamp = String(headers['x-slack-request-timestamp']);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) <= maxAgeSeconds;
  return isFresh && headers['x-slack-signature'] === `v0=${signature}`;
}

describe('webhooks of Slack', () => {
  let sandbox: Tester;
  let receiver: WebhookReceiver;
  let token: string;
  beforeAll(async () => {
    [sandbox, receiver] = await Promise.all([Tester.start(), WebhookReceiver.start()]);
  });
  afterAll(() => Promise.all([sandbox.close(), receiver.close()]));
  beforeEach(async () => {
    await sandbox.reset();
    receiver.clear();
    await sandbox.control('PUT', '/limits', { provider: 'slack', limit: 'off' });
    token = (await sandbox.tokens('slack')).access_token;
  });

  const subscribe = async (more: object = {}) => {
    const url = `${receiver.url}/webhook`;
    const request = { integration: 'slack', url, secret: SECRET, handshake: false, ...more };
    return (await sandbox.control<{ isVerified: boolean; handshake: Sent }>('PUT', '/webhooks', request)).body;
  };
  const send = (more: object) =>
    sandbox.control<{ sent: Sent[] }>('POST', '/webhooks', { integration: 'slack', ...more });
  const listed = async () =>
    (await sandbox.control<{ sent: Sent[]; pending: number }>('GET', '/webhooks?integration=slack')).body;
  const edit = async (item: object) =>
    (await sandbox.control<{ id: string }>('PUT', '/items', { provider: 'slack', account: ACCOUNT, ...item })).body.id;
  const ask = async <T>(method: string, form: Record<string, string> = {}) =>
    (await sandbox.send<T>('POST', `/slack/api/${method}`, { form, headers: bearer(token) })).body;
  const events = async (count: number) => (await receiver.bodies<Envelope>(count)).map(({ event }) => event);

  it('computes the published signature', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&' +
      'channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=' +
      'https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&' +
      'trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const signing = { secret: '8f742231b10e8888abcd99yyyzzz85a5', url: '', body, timestamp: 1_531_420_618_000 };
    expect(slackWebhooks.headers(signing)).toEqual({
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    });
  });

  it('sends a signed challenge first, and nothing to an address that does not return it', async () => {
    expect(await subscribe({ handshake: true })).toMatchObject({ isVerified: true, handshake: { status: 200 } });
    const [challenge] = await receiver.bodies(1);
    expect(challenge).toEqual({ token: expect.any(String), challenge: expect.any(String), type: 'url_verification' });
    expect(isSigned(receiver.received[0] as Received)).toBe(true);
    receiver.respond = (response) => response.end('OK');
    expect((await subscribe({ handshake: true })).isVerified).toBe(false);
    await edit({ type: 'user', title: 'Nobody hears of it' });
    expect((await listed()).sent).toHaveLength(2);
  });

  it('sends signed events with the documented envelope', async () => {
    await subscribe();
    const id = await edit({ type: 'channel', title: 'brand-new' });
    const [body] = await receiver.bodies<Envelope>(1);
    expect(body).toMatchObject({
      type: 'event_callback',
      team_id: ACCOUNT,
      api_app_id: expect.stringMatching(/^A0/),
      event_id: expect.stringMatching(/^Ev/),
      event: { type: 'channel_created', channel: { id, name: 'brand-new', creator: expect.any(String) } },
      authorizations: [{ enterprise_id: null, team_id: ACCOUNT, is_bot: true, is_enterprise_install: false }],
    });
    expect(isSigned(receiver.received[0] as Received)).toBe(true);
    expect(isSigned(receiver.received[0] as Received, 'another-secret')).toBe(false);
  });

  it('has an event for each edit', async () => {
    const { channels } = await ask<{ channels: { id: string; is_member: boolean }[] }>('conversations.list');
    const channel = channels.find(({ is_member }) => is_member)?.id;
    const { members } = await ask<{ members: { id: string }[] }>('users.list');
    await subscribe();
    const heard: unknown[] = [];
    const one = async (item: object) => {
      receiver.clear();
      const id = await edit(item);
      heard.push((await events(1))[0]);
      return id;
    };
    const ts = await one({ type: 'message', parent: channel, title: 'First' });
    await one({ type: 'message', parent: channel, id: ts, title: 'Second' });
    await one({ type: 'message', parent: channel, id: ts, deleted: true });
    await one({ type: 'user', title: 'Grace' });
    await one({ type: 'user', id: members[1]?.id, archived: true });
    await one({ type: 'channel', id: channel, title: 'renamed' });
    await one({ type: 'channel', id: channel, archived: true });
    await one({ type: 'channel', id: channel, archived: false });
    await one({ type: 'channel', id: channel, deleted: true });
    expect(heard).toMatchObject([
      { type: 'message', channel, channel_type: 'channel', text: 'First', ts },
      { subtype: 'message_changed', channel, message: { text: 'Second', ts }, previous_message: { text: 'First', ts } },
      { subtype: 'message_deleted', channel, deleted_ts: ts, previous_message: { text: 'Second' } },
      { type: 'team_join', user: { real_name: 'Grace' } },
      { type: 'user_change', user: { id: members[1]?.id, deleted: true } },
      { type: 'channel_rename', channel: { id: channel, name: 'renamed' } },
      { type: 'channel_archive', channel },
      { type: 'channel_unarchive', channel },
      { type: 'channel_deleted', channel },
    ]);
  });

  it('tells of revoked tokens, and of an uninstalled app', async () => {
    await subscribe();
    await ask('auth.revoke');
    expect(await events(1)).toMatchObject([
      { type: 'tokens_revoked', tokens: { bot: [expect.any(String)], oauth: [] } },
    ]);
    receiver.clear();
    token = (await sandbox.tokens('slack')).access_token;
    expect(await ask('apps.uninstall', { client_id: 'sandbox-slack' })).toMatchObject({ error: 'bad_client_secret' });
    const app = { client_id: 'sandbox-slack', client_secret: 'sandbox-slack-secret' };
    expect(await ask('apps.uninstall', app)).toEqual({ ok: true });
    expect((await events(2)).map(({ type }) => type).sort()).toEqual(['app_uninstalled', 'tokens_revoked']);
    expect(await ask('auth.test')).toMatchObject({ error: 'token_revoked' });
    receiver.clear();
    await sandbox.tokens('slack', { scopes: ['users:read'], userScopes: ['search:read'] });
    await sandbox.control('POST', '/tokens/revoke', { provider: 'slack', account: ACCOUNT });
    const revoked = (await events(2)).find(({ type }) => type === 'tokens_revoked');
    expect(revoked?.['tokens']).toEqual({ bot: [expect.any(String)], oauth: [expect.any(String)] });
  });

  it('sends nothing to an app that the account has not granted anything', async () => {
    await subscribe();
    await sandbox.control('PUT', '/items', { provider: 'slack', account: 'T05QUARRY01', type: 'user', title: 'x' });
    await edit({ type: 'user', title: 'y' });
    await events(1);
    expect((await listed()).sent).toHaveLength(1);
  });

  it('retries a failure three times, and says why', async () => {
    await subscribe({ retryDelayFactor: 0.0001 });
    receiver.respond = (response) => response.writeHead(500).end();
    await edit({ type: 'user', title: 'Grace' });
    const bodies = await receiver.bodies<Envelope>(4);
    expect(new Set(bodies.map(({ event_id }) => event_id)).size).toBe(1);
    expect(receiver.received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
    expect(receiver.received[1]?.headers['x-slack-retry-reason']).toBe('http_error');
    expect(receiver.received.every((one) => isSigned(one))).toBe(true);
    let list = await listed();
    while (list.pending > 0) list = await listed();
    expect(list.sent.map(({ attempt, status }) => [attempt, status])).toEqual([1, 2, 3, 4].map((at) => [at, 500]));
  });

  it('does not retry what the app does not want again', async () => {
    await subscribe({ retryDelayFactor: 0 });
    receiver.respond = (response) => response.writeHead(500, { 'x-slack-no-retry': '1' }).end();
    await edit({ type: 'user', title: 'Grace' });
    await receiver.bodies(1);
    let list = await listed();
    while (list.pending > 0) list = await listed();
    expect(list.sent).toHaveLength(1);
  });

  it('sends what a test asks for, with its faults', async () => {
    await subscribe();
    expect((await send({ count: 3 })).body.sent.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await events(3)).toMatchObject([{ type: 'user_change' }, { type: 'user_change' }, { type: 'user_change' }]);
    const asked = async (more: object) => {
      receiver.clear();
      await send({ events: [{ type: 'first' }, { type: 'second' }], ...more });
      const bodies = await receiver.bodies<Envelope>(2);
      return { types: bodies.map(({ event }) => event['type']), ids: bodies.map(({ event_id }) => event_id) };
    };
    expect((await asked({})).types).toEqual(['first', 'second']);
    expect((await asked({ faults: ['reorder'] })).types).toEqual(['second', 'first']);
    const { types, ids } = await asked({ faults: ['duplicate'] });
    expect(types).toEqual(['first', 'first', 'second', 'second']);
    expect(new Set(ids).size).toBe(2);
    await asked({ faults: ['retry'] });
    expect(receiver.received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([
      undefined,
      '1',
      undefined,
      '1',
    ]);
    await asked({ faults: ['wrong-signature'] });
    expect(receiver.received.map((one) => isSigned(one))).toEqual([false, false]);
    await asked({ faults: ['old-timestamp'] });
    expect(receiver.received.map((one) => [isSigned(one), isSigned(one, SECRET, 3600)])).toEqual([
      [false, true],
      [false, true],
    ]);
    expect((await send({ faults: ['nonsense'] })).status).toBe(400);
  });

  it('reports an address where nobody is', async () => {
    const gone = await WebhookReceiver.start();
    await subscribe({ url: gone.url });
    await gone.close();
    const { sent } = (await send({ faults: ['duplicate'] })).body;
    expect(sent.map(({ status, error }) => [status, error])).toEqual([
      [null, 'ECONNREFUSED'],
      [null, 'ECONNREFUSED'],
    ]);
  });
});
