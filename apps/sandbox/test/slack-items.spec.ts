import { bearer, type Reply, Tester } from './tester.js';

interface Channel {
  id: string;
  name: string;
  is_member: boolean;
  is_archived: boolean;
  created: number;
  updated: number;
}
interface Message {
  ts: string;
  text: string;
  subtype?: string;
  reply_count?: number;
  edited?: { ts: string };
}
interface Body extends Record<string, unknown> {
  ok: boolean;
  error?: string;
  channel: Channel;
  channels: Channel[];
  user: { id: string };
  members: { id: string; deleted: boolean; real_name?: string; updated: number }[];
  messages: Message[];
  response_metadata?: { next_cursor: string };
}

const ACCOUNT = 'T05FERNHILL';
const MODIFIED = '2026-11-02T03:04:05.678Z';

describe('edited channels, users and messages of Slack', () => {
  let sandbox: Tester;
  let token: string;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.reset();
    await sandbox.control('PUT', '/limits', { provider: 'slack', limit: 'off' });
    token = (await sandbox.tokens('slack')).access_token;
  });

  const edit = async (item: object) => {
    const body = { provider: 'slack', account: ACCOUNT, ...item };
    const reply: Reply<{ id: string; error: string }> = await sandbox.control('PUT', '/items', body);
    return reply.body.error ?? reply.body.id;
  };
  const ask = async (method: string, form: Record<string, string> = {}) =>
    (await sandbox.send<Body>('POST', `/slack/api/${method}`, { form, headers: bearer(token) })).body;
  const paged = async <T>(method: string, member: 'channels' | 'members' | 'messages', form = {}) => {
    const all: T[] = [];
    let cursor = '';
    do {
      const body = await ask(method, { limit: '7', ...form, ...(cursor === '' ? {} : { cursor }) });
      all.push(...(body[member] as unknown as T[]));
      cursor = body.response_metadata?.next_cursor ?? '';
    } while (cursor !== '');
    return all;
  };
  const channels = () => paged<Channel>('conversations.list', 'channels');
  const history = (channel: string) => paged<Message>('conversations.history', 'messages', { channel });
  const joined = async () => (await channels()).find(({ is_member }) => is_member)?.id ?? '';

  it('creates, renames, archives and deletes channels', async () => {
    const before = await channels();
    const [renamed = '', archived = '', deleted = ''] = before.slice(0, 3).map(({ id }) => id);
    const created = await edit({ type: 'channel', title: 'brand-new' });
    await edit({ type: 'channel', id: renamed, title: 'renamed', modified: MODIFIED });
    await edit({ type: 'channel', id: archived, archived: true });
    await edit({ type: 'channel', id: deleted, deleted: true });
    const after = await channels();
    expect(after.map(({ id }) => id)).toEqual([...before.map(({ id }) => id).filter((id) => id !== deleted), created]);
    const one = (id: string) => after.find((channel) => channel.id === id);
    expect(one(created)).toMatchObject({ name: 'brand-new', is_member: true, is_archived: false });
    expect(one(renamed)).toMatchObject({ name: 'renamed', updated: Date.parse(MODIFIED) });
    expect(one(archived)).toMatchObject({ is_archived: true, is_member: false });
    const living = await paged<Channel>('conversations.list', 'channels', { exclude_archived: 'true' });
    expect(living.map(({ id }) => id)).not.toContain(archived);
    expect((await ask('conversations.info', { channel: renamed })).channel.name).toBe('renamed');
    expect((await ask('conversations.info', { channel: deleted })).error).toBe('channel_not_found');
    expect((await ask('conversations.history', { channel: deleted })).error).toBe('channel_not_found');
    await edit({ type: 'channel', id: archived, archived: false });
    expect((await ask('conversations.info', { channel: archived })).channel.is_archived).toBe(false);
  });

  it('goes on with a cursor that names a channel which was deleted meanwhile', async () => {
    const before = (await channels()).map(({ id }) => id);
    const { channels: first, response_metadata } = await ask('conversations.list', { limit: '2' });
    await edit({ type: 'channel', id: before[2], deleted: true });
    const rest = await ask('conversations.list', { limit: '100', cursor: response_metadata?.next_cursor ?? '' });
    expect([...first, ...rest.channels].map(({ id }) => id)).toEqual(before.filter((id) => id !== before[2]));
  });

  it('creates, renames and deactivates users', async () => {
    const before = await paged<{ id: string }>('users.list', 'members');
    const [, renamed = '', deactivated = ''] = before.map(({ id }) => id);
    const created = await edit({ type: 'user', title: 'Grace Hopper' });
    await edit({ type: 'user', id: renamed, title: 'Renamed', modified: MODIFIED });
    await edit({ type: 'user', id: deactivated, archived: true });
    const after = await paged<Body['members'][number]>('users.list', 'members');
    expect(after.map(({ id }) => id)).toEqual([...before.map(({ id }) => id), created]);
    const one = (id: string) => after.find((user) => user.id === id);
    expect(one(created)).toMatchObject({ real_name: 'Grace Hopper', deleted: false });
    expect(one(renamed)).toMatchObject({ real_name: 'Renamed', updated: Math.floor(Date.parse(MODIFIED) / 1000) });
    expect(one(deactivated)?.deleted).toBe(true);
    expect((await ask('users.info', { user: created })).user).toEqual(one(created));
  });

  it('creates, changes and deletes messages', async () => {
    const channel = await joined();
    const before = await history(channel);
    const [changed = '', deleted = ''] = before.slice(0, 2).map(({ ts }) => ts);
    const created: string[] = [];
    for (const title of ['One', 'Two', 'Three'])
      created.unshift(await edit({ type: 'message', parent: channel, title }));
    await edit({ type: 'message', parent: channel, id: changed, title: 'Changed', modified: MODIFIED });
    await edit({ type: 'message', parent: channel, id: deleted, deleted: true });
    await edit({ type: 'message', parent: channel, id: created[1], deleted: true });
    const after = await history(channel);
    const kept = before.map(({ ts }) => ts).filter((ts) => ts !== deleted);
    expect(after.map(({ ts }) => ts)).toEqual([created[0], created[2], ...kept]);
    expect(after[0]?.text).toBe('Three');
    expect(after.find(({ ts }) => ts === changed)).toMatchObject({
      text: 'Changed',
      edited: { ts: '1793588645.678000' },
    });
    const since = await ask('conversations.history', { channel, oldest: before[0]?.ts ?? '' });
    expect(since.messages.map(({ ts }) => ts)).toEqual([created[0], created[2]]);
    const at = await ask('conversations.history', { channel, latest: changed, inclusive: 'true', limit: '1' });
    expect(at.messages.map(({ text }) => text)).toEqual(['Changed']);
    const [reply] = (await ask('conversations.replies', { channel, ts: created[0] ?? '' })).messages;
    expect(reply?.text).toBe('Three');
    expect((await ask('conversations.replies', { channel, ts: deleted })).error).toBe('thread_not_found');
  });

  it('keeps a deleted message for the sake of its replies', async () => {
    const channel = await joined();
    const root = (await history(channel)).find(
      ({ reply_count, subtype }) => reply_count === 2 && subtype === undefined,
    );
    await edit({ type: 'message', parent: channel, id: root?.ts, deleted: true });
    expect((await history(channel)).find(({ ts }) => ts === root?.ts)).toMatchObject({ subtype: 'tombstone' });
    expect((await ask('conversations.replies', { channel, ts: root?.ts ?? '' })).messages).toHaveLength(3);
  });

  it('goes on after a message that is written while the history is read', async () => {
    const channel = await joined();
    const before = await history(channel);
    const first = await ask('conversations.history', { channel, limit: '5' });
    await edit({ type: 'message', parent: channel, title: 'Meanwhile' });
    const cursor = first.response_metadata?.next_cursor ?? '';
    const rest = await ask('conversations.history', { channel, limit: '200', cursor });
    expect([...first.messages, ...rest.messages]).toEqual(before);
  });

  it('starts a created channel without messages', async () => {
    const channel = await edit({ type: 'channel', title: 'empty' });
    expect(await history(channel)).toEqual([]);
    const ts = await edit({ type: 'message', parent: channel, title: 'First' });
    expect(await history(channel)).toEqual([expect.objectContaining({ ts, text: 'First' })]);
  });

  it('refuses what Slack does not know', async () => {
    const channel = await joined();
    const join = (await history(channel)).find(({ subtype }) => subtype === 'channel_join')?.ts;
    const [im] = (await ask('conversations.list', { types: 'im', limit: '900' })).channels;
    const user = (await paged<{ id: string }>('users.list', 'members'))[1]?.id;
    expect(await edit({ type: 'channel', id: im?.id, title: 'x' })).toContain('a direct message has no name');
    expect(await edit({ type: 'channel', id: channel, parent: 'x' })).toBe('channels have no parent');
    expect(await edit({ type: 'channel', id: 'C0NOWHERE00' })).toBe('there is no channel C0NOWHERE00');
    expect(await edit({ type: 'user', id: user, deleted: true })).toContain('use archived');
    expect(await edit({ type: 'message', title: 'x' })).toBe('parent must be the channel of the message');
    expect(await edit({ type: 'message', parent: channel, id: join, title: 'x' })).toContain('not written by a person');
    expect(await edit({ type: 'message', parent: channel, id: '1.000001' })).toContain('there is no message');
    expect(await edit({ type: 'channel', id: channel, properties: { name: 'x' } })).toContain(
      'only records of HubSpot',
    );
  });
});
