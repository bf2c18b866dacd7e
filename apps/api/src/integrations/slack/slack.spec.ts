import { allPages, describeIntegration, provider } from '../integration.contract.js';
import { SlackIntegration } from './slack.integration.js';

const slack = new SlackIntegration();
const error = (code: string) => ({ ok: false, error: code });

describeIntegration(slack, [
  { name: 'a success', status: 200, body: { ok: true }, reason: undefined },
  {
    name: 'an error inside a 200',
    status: 200,
    body: error('invalid_auth'),
    reason: 'unauthorized',
    code: 'invalid_auth',
  },
  { name: 'a revoked token', status: 200, body: error('token_revoked'), reason: 'unauthorized' },
  { name: 'a missing scope', status: 200, body: error('missing_scope'), reason: 'forbidden', code: 'missing_scope' },
  { name: 'a channel that the bot is not in', status: 200, body: error('not_in_channel'), reason: 'forbidden' },
  { name: 'an unknown channel', status: 200, body: error('channel_not_found'), reason: 'missing' },
  { name: 'an unknown thread', status: 200, body: error('thread_not_found'), reason: 'missing' },
  { name: 'an unknown cursor', status: 200, body: error('invalid_cursor'), reason: 'cursor-expired' },
  { name: 'an inner failure', status: 200, body: error('internal_error'), reason: 'unavailable' },
  { name: 'a code that nobody has seen', status: 200, body: error('brand_new'), reason: 'rejected', code: 'brand_new' },
  {
    name: 'a 429',
    status: 429,
    body: error('ratelimited'),
    reason: 'rate-limited',
  },
  { name: 'an answer without ok', status: 200, body: {}, reason: 'malformed' },
]);

const page = (member: string, entries: object[], cursor?: string) => ({
  ok: true,
  [member]: entries,
  ...(cursor === undefined ? {} : { response_metadata: { next_cursor: cursor } }),
});

const PEOPLE = [
  { id: 'U1', name: 'ada', real_name: 'Ada Lovelace' },
  { id: 'U2', name: 'bram.b', real_name: '', profile: { display_name: 'Bram &amp; Co' } },
];

describe('slack', () => {
  it('follows an empty page with a cursor, and ends at an empty cursor', async () => {
    const { items, seen } = await allPages(
      slack,
      { type: 'channel' },
      {
        'GET /api/conversations.list?limit=100&types=public_channel,im': page('channels', [], 'two'),
        'GET /api/conversations.list?limit=100&cursor=two&types=public_channel,im': page(
          'channels',
          [{ id: 'C1', name: 'all' }],
          '',
        ),
      },
    );
    expect(seen).toHaveLength(2);
    expect(items.map(({ id }) => id)).toEqual(['C1']);
  });

  it('maps a channel: created in seconds, updated in milliseconds', async () => {
    const channel = {
      id: 'C1',
      name: 'all',
      created: 1_772_031_275,
      updated: 1_773_088_761_261,
      is_archived: true,
      topic: { value: 'Hi' },
    };
    const { items } = await allPages(
      slack,
      { type: 'channel' },
      { 'GET /api/conversations.list': page('channels', [channel]) },
    );
    expect(items[0]).toMatchObject({
      name: 'all',
      directory: true,
      parentId: null,
      creationTime: '2026-02-25T14:54:35.000Z',
      lastModifiedTime: '2026-03-09T20:39:21.261Z',
      url: 'https://acme.example/archives/C1',
      visibility: false,
      properties: { kind: 'public-channel', topic: 'Hi' },
    });
  });

  it('names direct and group messages by their people, and says who has left and what is shared with others', async () => {
    const channels = [
      { id: 'D1', is_im: true, user: 'U1', is_user_deleted: true },
      { id: 'D2', is_im: true, user: 'U9' },
      { id: 'G1', is_mpim: true, name: 'mpdm-ada--bram.b--gone-1' },
      { id: 'C1', name: 'partners', is_ext_shared: true, purpose: { value: 'R&amp;D with <@U2>' } },
    ];
    const { items, seen } = await allPages(
      slack,
      { type: 'channel' },
      { 'GET /api/conversations.list': page('channels', channels), 'GET /api/users.list': page('members', PEOPLE) },
      { scopes: ['im:read', 'users:read'] },
    );
    expect(items.map(({ name }) => name)).toEqual(['Ada Lovelace', null, 'Ada Lovelace, Bram & Co, gone', 'partners']);
    expect(items.map(({ properties }) => properties)).toMatchObject([
      { kind: 'direct-message', user: 'U1', isUserDeleted: true },
      { isUserDeleted: null },
      { kind: 'group-message' },
      { isExtShared: true, purpose: 'R&D with @Bram & Co' },
    ]);
    expect(seen).toHaveLength(2);
  });

  it('asks for no names where the scope is missing, or where nothing has them', async () => {
    const answers = { 'GET /api/conversations.list': page('channels', [{ id: 'D1', is_im: true, user: 'U1' }]) };
    const { items, seen } = await allPages(slack, { type: 'channel' }, answers);
    expect([items[0]?.name, seen.length]).toEqual([null, 1]);
    const public_ = { 'GET /api/conversations.list': page('channels', [{ id: 'C1', name: 'all' }]) };
    expect((await allPages(slack, { type: 'channel' }, public_, { scopes: ['users:read'] })).seen).toHaveLength(1);
  });

  it('reads the names of so many people only, and goes on without them where they cannot be read', async () => {
    const history = { 'GET /api/conversations.history': page('messages', [{ ts: '1.0', user: 'U1', text: 'hi' }]) };
    const load = (answers: object) =>
      allPages(slack, { type: 'message', parent: 'C1' }, { ...history, ...answers }, { scopes: ['users:read'] });
    const endless = await load({ 'GET /api/users.list': page('members', PEOPLE, 'again') });
    expect(endless.seen.filter((request) => request.includes('users.list'))).toHaveLength(4);
    expect(endless.items[0]?.properties).toMatchObject({ userName: 'Ada Lovelace' });
    for (const answers of [{}, { 'GET /api/users.list': { ok: true, members: [null, {}, { id: 'U1', name: 7 }] } }]) {
      expect((await load(answers)).items[0]?.properties).toMatchObject({ user: 'U1', userName: null });
    }
  });

  it('maps people, deleted ones too', async () => {
    const user = {
      id: 'U1',
      name: 'ada',
      deleted: true,
      real_name: '',
      profile: { display_name: 'Ada', email: 'ada@example.com' },
      updated: 1_773_088_761,
      is_restricted: true,
      is_ultra_restricted: false,
    };
    const { items } = await allPages(slack, { type: 'user' }, { 'GET /api/users.list': page('members', [user]) });
    expect(items[0]).toMatchObject({
      name: 'Ada',
      visibility: false,
      lastModifiedTime: '2026-03-09T20:39:21.000Z',
      properties: { email: 'ada@example.com', isRestricted: true, isUltraRestricted: false },
    });
  });

  it('maps the messages of a channel', async () => {
    const message = {
      type: 'message',
      user: 'U1',
      text: `${'long '.repeat(60)}\nsecond line`,
      ts: '1773088501.887269',
      thread_ts: '1773088501.887269',
      reply_count: 2,
    };
    const { items, seen } = await allPages(
      slack,
      { type: 'message', parent: 'C1' },
      { 'GET /api/conversations.history': page('messages', [message]) },
    );
    expect(seen[0]).toContain('channel=C1');
    expect(items[0]).toMatchObject({
      id: '1773088501.887269',
      driveId: 'C1',
      parentId: 'C1',
      directory: true,
      creationTime: '2026-03-09T20:35:01.887Z',
      url: 'https://acme.example/archives/C1/p1773088501887269',
      visibility: true,
      properties: { threadTs: '1773088501.887269', replies: 2, rawText: message.text },
    });
    expect(items[0]?.name).toHaveLength(120);
  });

  it('says that a channel lacks the replies in its threads, and loads those of one thread', async () => {
    const [type] = slack.definition.itemTypes.filter((itemType) => itemType.type === 'message');
    expect(type?.notExhaustive('C1')).toContain('threads');
    expect(type?.notExhaustive('C1:7.0')).toBeNull();
    const root = { ts: '7.0', thread_ts: '7.0', text: 'first', reply_count: 2 };
    const list = 'GET /api/conversations.replies?limit=100';
    const { items, seen } = await allPages(
      slack,
      { type: 'message', parent: 'C1:7.0' },
      {
        [`${list}&channel=C1&ts=7.0`]: page('messages', [root, { ts: '8.0', thread_ts: '7.0', text: 'one' }], 'two'),
        // Every page may begin with the first message.
        [`${list}&cursor=two&channel=C1&ts=7.0`]: page('messages', [
          root,
          { ts: '9.0', thread_ts: '7.0', text: 'two' },
        ]),
      },
    );
    expect(seen).toHaveLength(2);
    expect(items.map(({ id, parentId, driveId }) => [id, parentId, driveId])).toEqual([
      ['8.0', 'C1:7.0', 'C1'],
      ['9.0', 'C1:7.0', 'C1'],
    ]);
  });

  it.each([
    ['the plan hides older messages', { is_limited: true }, 'forbidden'],
    ['there is more, but no cursor', { has_more: true }, 'malformed'],
  ])('gives the messages and says that the list is cut where %s', async (_, more, reason) => {
    const answer = { ...page('messages', [{ ts: '1.0', text: 'hi' }]), ...more };
    const answers = { 'GET /api/conversations.history': answer };
    const { items, missing } = await allPages(slack, { type: 'message', parent: 'C1' }, answers);
    expect([items.length, missing.map((failure) => failure.reason)]).toEqual([1, [reason]]);
    expect(missing[0]?.toProblem().detail).not.toContain('scopes');
  });

  it('reads all pages before it says that the plan hides older messages', async () => {
    const list = 'GET /api/conversations.history?limit=100';
    const { items, missing } = await allPages(
      slack,
      { type: 'message', parent: 'C1' },
      {
        [`${list}&channel=C1`]: { ...page('messages', [{ ts: '2.0' }], 'two'), is_limited: true, has_more: true },
        [`${list}&cursor=two&channel=C1`]: { ...page('messages', [{ ts: '1.0' }]), is_limited: true },
      },
    );
    expect([items.length, missing.length]).toEqual([2, 1]);
  });

  it('lists the members of every workspace of an organization', async () => {
    const list = 'GET /api/users.list?limit=100';
    const { items } = await allPages(
      slack,
      { type: 'user' },
      {
        'GET /api/auth.teams.list': { ok: true, teams: [{ id: 'T1' }, { id: 'T2' }] },
        [`${list}&team_id=T1`]: page('members', [{ id: 'U1' }], 'two'),
        [`${list}&cursor=two&team_id=T1`]: page('members', [{ id: 'U2' }]),
        [`${list}&team_id=T2`]: page('members', [{ id: 'U3' }]),
      },
      { account: { id: 'E1', name: 'Acme', url: null }, accountKey: 'E1:E1' },
    );
    expect(items.map(({ id }) => id)).toEqual(['U1', 'U2', 'U3']);
  });

  it.each([
    ['a team', { team: { id: 'T1', name: 'Acme' }, enterprise: null }, 'T1', ':T1'],
    ['a whole organization', { team: null, enterprise: { id: 'E1', name: 'Acme' } }, 'E1', 'E1:E1'],
  ])('identifies the account of %s, also if its address cannot be read', async (_name, response, id, key) => {
    const { api, close } = await provider({});
    const grant = { accessToken: 'a', refreshToken: null, expiresAt: null, scopes: null, response };
    await expect(slack.identify(grant, api)).resolves.toEqual({ account: { id, name: 'Acme', url: null }, key });
    await close();
  });

  it.each([
    ['the bot', { access_token: 'xoxb-1', bot_user_id: 'U9', authed_user: { id: 'U1' } }, 'U9'],
    [
      'the bot and the user',
      { access_token: 'xoxb-1', bot_user_id: 'U9', authed_user: { id: 'U1', access_token: 'xoxp' } },
      'U9',
    ],
    ['the user', { bot_user_id: 'U9', authed_user: { id: 'U1', access_token: 'xoxp-1' } }, 'U1'],
    ['nobody who is named', { access_token: 'xoxb-1' }, undefined],
  ])('says that the grant is of %s', async (_name, response, grantee) => {
    const { api, close } = await provider({});
    const grant = { accessToken: 'a', refreshToken: null, expiresAt: null, scopes: null };
    const identity = await slack.identify({ ...grant, response: { ...response, team: { id: 'T1' } } }, api);
    expect(identity.grantee).toBe(grantee);
    await close();
  });
});
