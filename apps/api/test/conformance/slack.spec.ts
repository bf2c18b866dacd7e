import { describeConformance, unsupported } from './conformance.js';
import type { ListModel } from './provider-model.js';
import { SlackIntegration } from '../../src/integrations/slack/slack.integration.js';

const slack = new SlackIntegration();

const list = (type: string, method: string, member: string, entry: ListModel['entry']): ListModel => ({
  type,
  cursorOf: ({ path, query = {} }) =>
    path === `/api/${method}` ? ((query['cursor'] ?? null) as string | null) : undefined,
  entry,
  body: ({ entries, next }) => ({
    ok: true,
    [member]: entries,
    has_more: next !== null,
    response_metadata: { next_cursor: next ?? '' },
  }),
});

describeConformance(slack, [
  {
    forbidden: { status: 200, body: { ok: false, error: 'missing_scope', needed: 'channels:read', provided: 'none' } },
    lists: [
      list('channel', 'conversations.list', 'channels', (id) => ({
        id,
        name: 'berths',
        is_channel: true,
        is_im: false,
        is_mpim: false,
        is_private: false,
        is_archived: false,
        is_member: true,
        is_ext_shared: false,
        created: 1_772_031_275,
        updated: 1_773_088_761_261,
        num_members: 3,
        topic: { value: 'Who is where', creator: 'U1', last_set: 0 },
        purpose: { value: 'Berths', creator: 'U1', last_set: 0 },
      })),
      list('user', 'users.list', 'members', (id) => ({
        id,
        name: 'ada',
        deleted: false,
        real_name: 'Ada Lovelace',
        tz: 'Europe/Berlin',
        is_bot: false,
        is_admin: false,
        is_restricted: false,
        updated: 1_773_088_761,
        profile: { display_name: 'Ada', real_name: 'Ada Lovelace', email: 'ada@example.com', title: 'Engineer' },
      })),
      {
        ...list('message', 'conversations.history', 'messages', (ts) => ({
          type: 'message',
          user: 'U1',
          ts,
          text: 'All hands at nine',
          edited: { user: 'U1', ts: '1780000011.000100' },
          thread_ts: '1780000011.000100',
          reply_count: 2,
          blocks: [{ type: 'section', block_id: 's', text: { type: 'mrkdwn', text: 'All hands' } }],
          attachments: [{ id: 1, fallback: 'High water', text: 'High water', title: 'Tide' }],
          files: [{ id: 'F1', name: 'tides.xlsx', title: 'Tide table', permalink: 'https://acme.slack.com/files/F1' }],
        })),
        parent: 'C1',
        driveId: 'C1',
        idMembers: ['ts'],
      },
    ],
  },
]);

test('what Slack does not do', () => {
  expect(unsupported(slack.definition)).toEqual([
    'introspection',
    'PKCE',
    'remaining requests',
    'changes: channel, user, message',
    'parent: channel, user',
    'named properties: channel, user, message',
    'exhaustive lists: message',
  ]);
});
