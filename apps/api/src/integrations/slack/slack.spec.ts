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

  it('maps a direct message: no name, but the other person', async () => {
    const { items } = await allPages(
      slack,
      { type: 'channel' },
      { 'GET /api/conversations.list': page('channels', [{ id: 'D1', is_im: true, user: 'U1' }]) },
    );
    expect(items[0]).toMatchObject({ name: null, properties: { kind: 'direct-message', user: 'U1' } });
  });

  it('maps people, deleted ones too', async () => {
    const user = {
      id: 'U1',
      name: 'ada',
      deleted: true,
      real_name: '',
      profile: { display_name: 'Ada', email: 'ada@example.com' },
      updated: 1_773_088_761,
    };
    const { items } = await allPages(slack, { type: 'user' }, { 'GET /api/users.list': page('members', [user]) });
    expect(items[0]).toMatchObject({
      name: 'Ada',
      visibility: false,
      lastModifiedTime: '2026-03-09T20:39:21.000Z',
      properties: { email: 'ada@example.com' },
    });
  });

  it('maps the messages of a channel', async () => {
    const message = {
      type: 'message',
      user: 'U1',
      text: `${'long '.repeat(60)}\nsecond line`,
      ts: '1773088501.887269',
    };
    const { items, seen } = await allPages(
      slack,
      { type: 'message', parent: 'C1' },
      { 'GET /api/conversations.history': page('messages', [message]) },
    );
    expect(seen[0]).toContain('channel=C1');
    expect(items[0]).toMatchObject({
      id: '1773088501.887269',
      parentId: 'C1',
      creationTime: '2026-03-09T20:35:01.887Z',
      url: 'https://acme.example/archives/C1/p1773088501887269',
    });
    expect(items[0]?.name).toHaveLength(120);
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
});
