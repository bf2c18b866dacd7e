import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { flag } from '../core/fields.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { oneOf, pick } from '../data/hash.js';
import { firstBelow } from '../data/merge.js';
import { WORLD_END } from '../data/timestamps.js';
import { range } from '../data/paging.js';
import { type Conversation, type ConversationKind, findConversation } from './conversations.js';
import { cursorAt, limitOf, nextCursor, placeOf } from './cursors.js';
import { fail, ok } from './errors.js';
import { argument, botId, checkScope, teamIdOf } from './teams.js';
import { userId } from './users.js';

const SCOPE: Record<ConversationKind, string> = {
  public_channel: 'channels:history',
  private_channel: 'groups:history',
  mpim: 'mpim:history',
  im: 'im:history',
};

const TEXTS = [
  'Morning! ☀️',
  'Who has the keys?',
  'Deployed, please have a look <https://status.example.test>',
  'danke 🙏',
  '了解です',
  'Lunch at *12:30*?',
  '<!here> release at four',
] as const;

/** Microseconds since 1970: newest first, 41 minutes apart, the last three digits never the same. */
const stamp = (key: string, index: number): number => (WORLD_END - index * 41 * 60_000) * 1000 - pick(900, key, index);
const asTs = (microseconds: number): string =>
  `${Math.floor(microseconds / 1e6)}.${String(microseconds % 1e6).padStart(6, '0')}`;

function message(session: AuthorizedSession, key: string, index: number): object {
  const users = Math.max(1, session.sizes['users'] ?? 1);
  const base = { type: 'message', ts: asTs(stamp(key, index)), text: oneOf(TEXTS, `${key}/text`, index) };
  if (index % 11 === 10) return { ...base, subtype: 'bot_message', bot_id: botId(session.seed), username: 'deploys' };
  const user = userId(session, 1 + pick(users, `${key}/user`, index));
  if (index % 13 === 7) return { ...base, subtype: 'channel_join', user, text: `<@${user}> has joined the channel` };
  const thread =
    index % 6 === 5 ? { thread_ts: base.ts, reply_count: 2, reply_users_count: 1, latest_reply: base.ts } : {};
  const edited = index % 9 === 4 ? { edited: { user, ts: base.ts } } : {};
  return { ...base, user, team: teamIdOf(session.account), ...thread, ...edited };
}

/** conversations.history: newest first, and only where the bot is a member. */
export function history(request: MockRequest, session: AuthorizedSession): MockResponse {
  const conversation = findConversation(request, session);
  checkScope(session, SCOPE[conversation.kind]);
  if (!conversation.member) throw fail('not_in_channel');
  // Since 2025-05-29 apps sold outside the Marketplace get 15 messages at a time, once a minute.
  const most = session.app.historyLimited ? 15 : 999;
  const limit = Math.min(limitOf(request, Math.min(100, most)), most);
  const key = `${session.seed}/messages/${conversation.index}`;
  const [low, high] = window(request, session, conversation, key);
  const place = placeOf(request, 'next_ts');
  const start = place === undefined ? 0 : Number(place) - low;
  if (!(start >= 0)) throw fail('invalid_cursor');
  const part = request.cut(Math.max(0, high - low), start, limit);
  const messages = range(part, (at) => message(session, key, low + at));
  const more = part.next === undefined ? {} : nextCursor(cursorAt('next_ts', low + part.next));
  return ok({ messages, has_more: part.next !== undefined, pin_count: 0, ...more });
}

/** Indexes of the messages between oldest and latest, both exclusive unless `inclusive`. */
function window(
  request: MockRequest,
  session: AuthorizedSession,
  { archived }: Conversation,
  key: string,
): [number, number] {
  const total = session.sizes['messages'] ?? 0;
  const messages = { length: archived ? Math.min(total, 3) : total, time: (index: number) => stamp(key, index) };
  const inclusive = flag(argument(request, 'inclusive'));
  const [oldest, latest] = [microseconds(request, 'oldest'), microseconds(request, 'latest')];
  const low = latest === undefined ? 0 : firstBelow(messages, latest, inclusive);
  const high = oldest === undefined ? messages.length : firstBelow(messages, oldest, !inclusive);
  return [low, high];
}

function microseconds(request: MockRequest, name: 'oldest' | 'latest'): number | undefined {
  const given = argument(request, name);
  if (given === undefined || Number(given) === 0) return undefined;
  if (!/^\d+(\.\d{1,6})?$/.test(given)) throw fail(`invalid_ts_${name}`);
  const [seconds, fraction = ''] = given.split('.');
  return Number(seconds) * 1e6 + Number(fraction.padEnd(6, '0'));
}
