import { createHmac } from 'node:crypto';
import { NOW, describeWebhooks, eventsOf, requestOf, type Sender } from '../webhook.contract.js';
import { SlackIntegration } from './slack.integration.js';

const slack = new SlackIntegration();

const callback = (event: object, more: object = {}) => ({
  token: 'z26uFbvR1xHJEdHE1OQiO6t8',
  team_id: 'T1',
  api_app_id: 'A1',
  event,
  type: 'event_callback',
  event_id: 'Ev1',
  event_time: 1_795_176_000,
  authorizations: [{ enterprise_id: null, team_id: 'T1', user_id: 'U9', is_bot: true, is_enterprise_install: false }],
  is_ext_shared_channel: false,
  ...more,
});

const sender: Sender = {
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  signature: 'x-slack-signature',
  time: { header: 'x-slack-request-timestamp', unitMs: 1_000 },
  sign(secret, body, time) {
    const signature = createHmac('sha256', secret).update(`v0:${time}:`).update(body).digest('hex');
    return { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${signature}` };
  },
  body: callback({ type: 'channel_rename', channel: { id: 'C1', name: 'all' } }),
};

const item = (type: string, id: string, more: object = {}) => ({
  type,
  id,
  driveId: null,
  parentId: null,
  isDeleted: false,
  ...more,
});
const message = (id: string, parentId = 'C1', more: object = {}) =>
  item('message', id, { driveId: 'C1', parentId, ...more });
const said = (more: object) => ({ type: 'message', channel: 'C1', channel_type: 'channel', ts: '9.0', ...more });

async function only(body: unknown) {
  const events = await eventsOf(slack, sender, body);
  expect(events).toHaveLength(1);
  return events[0]!;
}

describeWebhooks(slack, sender);

describe('a webhook of slack', () => {
  it('is verified as in the published example', async () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&' +
      'channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&' +
      'response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&' +
      'trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const published = {
      body: Buffer.from(body),
      receivedAt: 1_531_420_618_000,
      headers: {
        'x-slack-request-timestamp': '1531420618',
        'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      },
    };
    await expect(slack.receiveWebhook(requestOf(sender, null, published))).resolves.toEqual({
      kind: 'events',
      events: [],
    });
    const late = { ...published, receivedAt: NOW };
    await expect(slack.receiveWebhook(requestOf(sender, null, late))).resolves.toEqual({ kind: 'rejected' });
  });

  it('answers the challenge, but only if that is signed', async () => {
    const body = { token: 'z26u', challenge: '3eZbrw1aBm2rZgRNFdxV2595', type: 'url_verification' };
    await expect(slack.receiveWebhook(requestOf(sender, body))).resolves.toEqual({
      kind: 'handshake',
      response: { challenge: '3eZbrw1aBm2rZgRNFdxV2595' },
    });
    const unsigned = { headers: { 'x-slack-request-timestamp': String(NOW / 1000) } };
    await expect(slack.receiveWebhook(requestOf(sender, body, unsigned))).resolves.toEqual({ kind: 'rejected' });
    const without = { token: 'z26u', challenge: null, type: 'url_verification' };
    await expect(slack.receiveWebhook(requestOf(sender, without))).resolves.toMatchObject({ kind: 'events' });
  });

  it('is given to the customer without the token of the app', async () => {
    const body = callback({ type: 'emoji_changed', subtype: 'add' });
    const { token: _, ...content } = body;
    await expect(only(body)).resolves.toEqual({
      id: 'Ev1',
      type: 'emoji_changed',
      occurredAt: (Number(body['event_time']) + 1) * 1000,
      for: { accounts: ['T1'] },
      items: [],
      content,
    });
  });

  it.each<[string, object, object[]]>([
    ['channel_created', { channel: { id: 'C1', name: 'all', created: 1, creator: 'U1' } }, [item('channel', 'C1')]],
    ['channel_rename', { channel: { id: 'C1', name: 'new' } }, [item('channel', 'C1')]],
    ['channel_archive', { channel: 'C1', user: 'U1' }, [item('channel', 'C1')]],
    ['channel_unarchive', { channel: 'C1', user: 'U1' }, [item('channel', 'C1')]],
    ['channel_left', { channel: 'C1' }, [item('channel', 'C1')]],
    ['channel_shared', { channel: 'C1', connected_team_id: 'E9' }, [item('channel', 'C1')]],
    ['channel_unshared', { channel: 'C1', previously_connected_team_id: 'E9' }, [item('channel', 'C1')]],
    ['channel_history_changed', { channel: 'C1', latest: '1.0' }, [item('channel', 'C1')]],
    ['channel_deleted', { channel: 'C1' }, [item('channel', 'C1', { isDeleted: true })]],
    [
      'channel_id_changed',
      { old_channel_id: 'G1', new_channel_id: 'C1' },
      [item('channel', 'G1'), item('channel', 'C1')],
    ],
    ['group_rename', { channel: { id: 'G1', name: 'new' } }, [item('channel', 'G1')]],
    ['group_archive', { channel: 'G1' }, [item('channel', 'G1')]],
    ['group_left', { channel: 'G1' }, [item('channel', 'G1')]],
    ['group_deleted', { channel: 'G1' }, [item('channel', 'G1', { isDeleted: true })]],
    ['im_created', { user: 'U1', channel: { id: 'D1' } }, [item('channel', 'D1')]],
    ['im_close', { user: 'U1', channel: 'D1' }, [item('channel', 'D1')]],
    ['member_joined_channel', { user: 'U1', channel: 'C1', channel_type: 'C', team: 'T1' }, [item('channel', 'C1')]],
    ['member_left_channel', { user: 'U1', channel: 'C1' }, [item('channel', 'C1')]],
    ['team_join', { user: { id: 'U1', name: 'ada' } }, [item('user', 'U1')]],
    ['user_change', { user: { id: 'U1', deleted: true } }, [item('user', 'U1')]],
    ['user_profile_changed', { user: { id: 'U1' } }, [item('user', 'U1')]],
    ['reaction_added', { user: 'U1', item: { type: 'message', channel: 'C1', ts: '1.0' } }, []],
    ['team_rename', { name: 'New' }, []],
    ['app_mention', { user: 'U1', channel: 'C1', ts: '1.0' }, []],
    // Of another app, in the log of an organization.
    ['app_uninstalled_team', { app_id: 'A2', team_id: 'E1' }, []],
    ['channel_archive', {}, []],
    ['user_change', { user: {} }, []],
  ])('%s %j', async (type, event, items) => {
    const received = await only(callback({ type, ...event }));
    expect(received).toMatchObject({ type, items });
    expect(received).not.toHaveProperty('ended');
  });

  it.each<[string, object, object[]]>([
    ['a message', { user: 'U1', text: 'hi', ts: '5.0' }, [message('5.0')]],
    ['a first message', { ts: '5.0', thread_ts: '5.0' }, [message('5.0')]],
    ['a reply', { ts: '6.0', thread_ts: '5.0' }, [message('6.0', 'C1:5.0'), message('5.0')]],
    [
      'a reply that is shown in the channel, too',
      { subtype: 'thread_broadcast', ts: '6.0', thread_ts: '5.0', root: { ts: '5.0' } },
      [message('6.0', 'C1:5.0'), message('5.0')],
    ],
    [
      'a first message that counts a reply',
      { subtype: 'message_replied', message: { ts: '5.0', thread_ts: '5.0', reply_count: 1 } },
      [message('5.0')],
    ],
    [
      'an edited message',
      {
        subtype: 'message_changed',
        hidden: true,
        message: { ts: '5.0', text: 'new' },
        previous_message: { ts: '5.0' },
      },
      [message('5.0')],
    ],
    [
      'an edited reply',
      { subtype: 'message_changed', message: { ts: '6.0', thread_ts: '5.0' } },
      [message('6.0', 'C1:5.0'), message('5.0')],
    ],
    [
      'a deleted message that stays for its replies',
      { subtype: 'message_changed', message: { ts: '5.0', thread_ts: '5.0', subtype: 'tombstone' } },
      [message('5.0')],
    ],
    [
      'a deleted message',
      { subtype: 'message_deleted', hidden: true, deleted_ts: '5.0', previous_message: { ts: '5.0' } },
      [message('5.0', 'C1', { isDeleted: true })],
    ],
    [
      'a deleted reply',
      { subtype: 'message_deleted', deleted_ts: '6.0', previous_message: { ts: '6.0', thread_ts: '5.0' } },
      [message('6.0', 'C1:5.0', { isDeleted: true }), message('5.0')],
    ],
    [
      'a deleted message of which nothing else is told',
      { subtype: 'message_deleted', deleted_ts: '5.0' },
      [message('5.0', 'C1', { isDeleted: true })],
    ],
    ['a new topic', { subtype: 'channel_topic', ts: '5.0', topic: 'x' }, [message('5.0'), item('channel', 'C1')]],
    ['a new description', { subtype: 'channel_purpose', ts: '5.0' }, [message('5.0'), item('channel', 'C1')]],
    ['a new name', { subtype: 'channel_name', ts: '5.0' }, [message('5.0'), item('channel', 'C1')]],
    [
      'a new topic of a private channel',
      { subtype: 'group_topic', ts: '5.0' },
      [message('5.0'), item('channel', 'C1')],
    ],
    ['a message of an app', { subtype: 'bot_message', ts: '5.0' }, [message('5.0')]],
    ['a message without a channel', { channel: null }, []],
  ])('is of %s', async (_, event, items) => {
    await expect(only(callback(said(event)))).resolves.toMatchObject({ type: 'message', items });
  });

  it('ends all grants of a workspace where the app is uninstalled, and not those of its organization', async () => {
    const uninstalled = { type: 'app_uninstalled' };
    const authorizations: object[] = [];
    for (const more of [{}, { authorizations, enterprise_id: 'E1' }, { authorizations: undefined }]) {
      await expect(only(callback(uninstalled, more))).resolves.toMatchObject({
        for: { accounts: ['T1'] },
        ended: 'all',
        items: [],
      });
    }
    const installation = { enterprise_id: 'E1', team_id: 'T1', is_enterprise_install: true };
    for (const more of [
      { authorizations: [installation] },
      { authorizations, ...installation },
      { authorizations, team_id: null, enterprise_id: 'E1' },
    ]) {
      await expect(only(callback(uninstalled, more))).resolves.toMatchObject({
        for: { accounts: ['E1'] },
        ended: 'all',
      });
    }
  });

  it.each([
    [{ oauth: ['U1', 'U2'], bot: ['U9'] }, ['U1', 'U2', 'U9']],
    [{ oauth: ['U1'] }, ['U1']],
    [{ bot: ['U9', null, 7] }, ['U9']],
    [{ oauth: 'U1' }, []],
    [undefined, []],
  ])('ends the grants of the users that are named in %j', async (tokens, grantees) => {
    await expect(only(callback({ type: 'tokens_revoked', tokens }))).resolves.toMatchObject({
      for: { accounts: ['T1'] },
      ended: { grantees },
    });
  });

  it('is for a workspace and for the organization that it is in', async () => {
    const authorization = { enterprise_id: 'E1', team_id: 'T1', is_bot: true, is_enterprise_install: true };
    const more = { team_id: 'T2', enterprise_id: 'E2', context_team_id: 'T1', context_enterprise_id: 'E1' };
    const body = callback(said({}), { ...more, authorizations: [authorization] });
    const { for: audience } = await only(body);
    expect(audience).toEqual({ accounts: ['T2', 'E2', 'T1', 'E1'] });
  });

  it('is for the grant of a user where no bot may see it', async () => {
    const authorization = { team_id: 'T1', user_id: 'U7', is_bot: false };
    const { for: audience } = await only(callback(said({ channel: 'D1' }), { authorizations: [authorization] }));
    expect(audience).toEqual({ accounts: ['T1'], grantees: ['U7'] });
  });

  it('says that events are left out, each minute by another id', async () => {
    const limited = (minute: number) => ({
      token: 'z26u',
      type: 'app_rate_limited',
      team_id: 'T1',
      minute_rate_limited: minute,
      api_app_id: 'A1',
    });
    const [first, again, next] = [await only(limited(1)), await only(limited(1)), await only(limited(2))];
    expect(first).toMatchObject({ type: 'app_rate_limited', for: { accounts: ['T1'] }, items: [] });
    expect(again).toEqual(first);
    expect(next.id).not.toBe(first.id);
  });

  it('has equal content each time that it is sent', async () => {
    const body = callback(said({}));
    const retry = { headers: { ...requestOf(sender, body).headers, 'x-slack-retry-num': '1' } };
    await expect(slack.receiveWebhook(requestOf(sender, body, retry))).resolves.toEqual(
      await slack.receiveWebhook(requestOf(sender, body)),
    );
  });
});
