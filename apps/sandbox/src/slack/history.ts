import type { MockResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { flag } from '../core/fields.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { lengthOf, mergedSlice } from '../data/merge.js';
import { range } from '../data/paging.js';
import { type Conversation, type ConversationKind, requestedConversation } from './conversations.js';
import { cursorAt, limitOf, nextCursor, placeOf } from './cursors.js';
import { fail, ok } from './errors.js';
import { message, repliesOf, replyStamp, sentAt, threadMessage } from './messages.js';
import { argument, checkScope } from './teams.js';
import { newerThan, Timeline } from './timeline.js';

const SCOPE: Record<ConversationKind, string> = {
  public_channel: 'channels:history',
  private_channel: 'groups:history',
  mpim: 'mpim:history',
  im: 'im:history',
};

/** Since 2025-05-29 apps sold outside the Marketplace get 15 messages at a time, once a minute. */
function messageLimit(request: MockRequest, { app }: AuthorizedSession, preset: number): number {
  const most = app.historyLimited ? 15 : 999;
  return Math.min(limitOf(request, Math.min(preset, most)), most);
}

function readableConversation(request: MockRequest, session: AuthorizedSession): Conversation {
  const conversation = requestedConversation(request, session);
  checkScope(session, SCOPE[conversation.kind]);
  if (!conversation.member) throw fail('not_in_channel');
  return conversation;
}

/** conversations.history: newest first, and only where the bot is a member. */
export function history(request: MockRequest, session: AuthorizedSession): MockResponse {
  const conversation = readableConversation(request, session);
  const limit = messageLimit(request, session, 100);
  const timeline = new Timeline(session, conversation);
  const lists = timeline.between(
    microseconds(request, 'oldest'),
    microseconds(request, 'latest'),
    flag(argument(request, 'inclusive')),
  );
  const place = placeOf(request, 'next_ts');
  if (place !== undefined && !/^\d+$/.test(place)) throw fail('invalid_cursor');
  const start = place === undefined ? 0 : newerThan(lists, Number(place));
  const part = request.cut(lengthOf(lists), start, limit);
  const messages = mergedSlice(lists, part.from, part.to)
    .filter((index) => timeline.isShown(index))
    .map((index) => message(session, timeline.key, index));
  const [next] = part.next === undefined ? [] : mergedSlice(lists, part.next, part.next + 1);
  const more = next === undefined ? {} : nextCursor(cursorAt('next_ts', sentAt(session, timeline.key, next)));
  // A free plan hides what is older.
  const limited = (session.sizes['hiddenMessages'] ?? 0) > 0 ? { is_limited: true } : {};
  return ok({ messages, has_more: next !== undefined, pin_count: 0, ...limited, ...more });
}

/** conversations.replies: the message that was replied to, then its replies, oldest first. */
export function replies(request: MockRequest, session: AuthorizedSession): MockResponse {
  const conversation = readableConversation(request, session);
  const timeline = new Timeline(session, conversation);
  const { key } = timeline;
  const index = timeline.find(microseconds(request, 'ts'));
  if (index === undefined) throw fail('thread_not_found');
  const start = Number(placeOf(request, 'next_ts') ?? 0);
  if (!(start >= 0)) throw fail('invalid_cursor');
  const inclusive = flag(argument(request, 'inclusive'));
  const [oldest, latest] = [microseconds(request, 'oldest') ?? 0, microseconds(request, 'latest') ?? Infinity];
  // The first message is given whatever the bounds are.
  const places = range({ from: 0, to: 1 + repliesOf(index) }, (at) => at).filter((at) => {
    const time = at === 0 ? undefined : replyStamp(key, index, at - 1);
    return time === undefined || (inclusive ? oldest <= time && time <= latest : oldest < time && time < latest);
  });
  const part = request.cut(places.length, start, messageLimit(request, session, 1000));
  const messages = places.slice(part.from, part.to).map((at) => threadMessage(session, key, index, at));
  const more = part.next === undefined ? {} : nextCursor(cursorAt('next_ts', part.next));
  return ok({ messages, has_more: part.next !== undefined, ...more });
}

function microseconds(request: MockRequest, name: 'oldest' | 'latest' | 'ts'): number | undefined {
  const given = argument(request, name);
  if (given === undefined || Number(given) === 0) return undefined;
  if (!/^\d+(\.\d{1,6})?$/.test(given)) throw fail(`invalid_ts_${name}`);
  const [seconds, fraction = ''] = given.split('.');
  return Number(seconds) * 1e6 + Number(fraction.padEnd(6, '0'));
}
