import type { AuthorizedSession } from '../core/mock-provider.js';
import { oneOf, pick } from '../data/hash.js';
import { slackIds } from '../data/ids.js';
import { WORLD_END } from '../data/timestamps.js';
import { botId, domainOf, teamIdOf } from './teams.js';
import { userId } from './users.js';

const TEXTS = [
  'Morning! ☀️',
  'Who has the keys?',
  'Deployed, please have a look <https://status.example.test|here>',
  'danke 🙏',
  '了解です',
  'Lunch at *12:30*?',
  '<!here> release at four',
  'Rope &amp; chain &lt;3',
  '\nAll hands at nine',
  'Can somebody help <@PERSON>? The family tent 👩‍👩‍👧‍👦 is still in <#CHANNEL|stock>',
] as const;

const REPLIES = ['On it.', 'Thanks! 🙌', 'Let us talk about it tomorrow'] as const;
const MINUTE = 60_000_000;

/** Microseconds since 1970: newest first, 41 minutes apart, the last three digits never the same. */
export const stamp = (key: string, index: number): number =>
  (WORLD_END - index * 41 * 60_000) * 1000 - pick(900, key, index);
const asTs = (microseconds: number): string =>
  `${Math.floor(microseconds / 1e6)}.${String(microseconds % 1e6).padStart(6, '0')}`;

/** The index of the message with this stamp; undefined where there is none. */
export function indexAt(key: string, microseconds: number): number | undefined {
  const index = Math.ceil((WORLD_END * 1000 - microseconds) / (41 * MINUTE)) - 1;
  return [index, index + 1].find((one) => one >= 0 && stamp(key, one) === microseconds);
}

const isFromApp = (index: number) => index % 11 === 10;
const isJoin = (index: number) => index % 13 === 7 && !isFromApp(index);
const isTombstone = (index: number) => index % 23 === 9 && !isFromApp(index) && !isJoin(index);

/** How many replies a message has: a deleted one stays for the sake of its replies. */
export const repliesOf = (index: number): number =>
  isFromApp(index) || isJoin(index) ? 0 : isTombstone(index) ? 1 : index % 6 === 5 ? 2 : 0;

const personOf = (session: AuthorizedSession, key: string, index: number) =>
  userId(session, 1 + pick(Math.max(1, session.sizes['users'] ?? 1), key, index));

export function message(session: AuthorizedSession, key: string, index: number): Record<string, unknown> {
  const base = { type: 'message', ts: asTs(stamp(key, index)) };
  if (isFromApp(index)) return { ...base, ...fromApp(session, index) };
  const user = personOf(session, `${key}/user`, index);
  if (isJoin(index)) return { ...base, subtype: 'channel_join', user, text: `<@${user}> has joined the channel` };
  const thread = threadOf(key, index);
  if (isTombstone(index)) {
    const text = 'This message was deleted.';
    return { ...base, user: 'USLACKBOT', subtype: 'tombstone', hidden: true, text, ...thread };
  }
  const team = teamIdOf(session.account);
  if (index % 17 === 3) return { ...base, user, team, text: '', files: [file(session, key, index)], ...thread };
  const text = oneOf(TEXTS, `${key}/text`, index)
    .replace('PERSON', personOf(session, `${key}/mentioned`, index))
    .replace('CHANNEL', slackIds.encode('C0', `${session.seed}/conversation`, 0));
  const edited = index % 9 === 4 ? { edited: { user, ts: base.ts } } : {};
  return { ...base, user, team, text, ...thread, ...edited };
}

function threadOf(key: string, index: number): object {
  const count = repliesOf(index);
  if (count === 0) return {};
  const latest = asTs(replyStamp(key, index, count - 1));
  const ts = asTs(stamp(key, index));
  return { thread_ts: ts, reply_count: count, reply_users_count: 1, latest_reply: latest };
}

export const replyStamp = (key: string, index: number, reply: number) =>
  stamp(key, index) + (reply + 1) * MINUTE + reply;

/** The message of a thread at this place: the first one is the message that was replied to. */
export function threadMessage(session: AuthorizedSession, key: string, index: number, at: number): object {
  if (at === 0) return message(session, key, index);
  const root = asTs(stamp(key, index));
  return {
    type: 'message',
    user: personOf(session, `${key}/reply/${at}`, index),
    ts: asTs(replyStamp(key, index, at - 1)),
    team: teamIdOf(session.account),
    text: oneOf(REPLIES, `${key}/reply/${at}/text`, index),
    thread_ts: root,
    parent_user_id: message(session, key, index)['user'],
  };
}

/** The body of an app's message may be in attachments or blocks only. */
function fromApp({ seed }: AuthorizedSession, index: number): object {
  const bot = { subtype: 'bot_message', bot_id: botId(seed), username: 'deploys' };
  if (index % 3 === 0) {
    const fallback = `Build ${index} has passed`;
    return {
      ...bot,
      text: '',
      attachments: [{ id: 1, color: '2eb886', fallback, text: `Build *${index}* has passed` }],
    };
  }
  if (index % 3 === 1) {
    const text = { type: 'mrkdwn', text: `Version *1.${index}* is live &amp; well`, verbatim: false };
    return {
      ...bot,
      text: '',
      blocks: [
        { type: 'divider', block_id: 'd' },
        { type: 'section', block_id: 's', text },
      ],
    };
  }
  return { ...bot, text: `Deploying version 1.${index}` };
}

function file({ seed, account }: AuthorizedSession, key: string, index: number): object {
  const id = slackIds.encode('F0', key, index);
  return {
    id,
    name: `tides-${index}.xlsx`,
    title: `Tide table ${index}`,
    mimetype: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    filetype: 'xlsx',
    size: 2048 + pick(90_000, seed, index),
    permalink: `https://${domainOf(account)}.slack.example/files/${id}`,
  };
}
