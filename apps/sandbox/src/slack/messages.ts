import type { AccountData } from '../core/account.js';
import { FIRST_CREATED } from '../core/edits.js';
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
const stamp = (key: string, index: number): number => (WORLD_END - index * 41 * 60_000) * 1000 - pick(900, key, index);
export const asTs = (microseconds: number): string =>
  `${Math.floor(microseconds / 1e6)}.${String(microseconds % 1e6).padStart(6, '0')}`;

const isCreated = (index: number) => index >= FIRST_CREATED;

/** When a message was sent. Those that were created in one millisecond differ in their microseconds. */
export function sentAt({ edits }: AccountData, key: string, index: number): number {
  if (!isCreated(index)) return stamp(key, index);
  return (edits.list(key).of(index)?.created ?? 0) * 1000 + index - FIRST_CREATED;
}

const isFromApp = (index: number) => index % 11 === 10 && !isCreated(index);
const isJoin = (index: number) => index % 13 === 7 && !isFromApp(index) && !isCreated(index);
const isTombstone = (index: number) => index % 23 === 9 && !isFromApp(index) && !isJoin(index) && !isCreated(index);

/** Only what a person wrote can be edited. */
export const isEditable = (index: number): boolean => !isFromApp(index) && !isJoin(index) && !isTombstone(index);

/** How many replies a message has: a deleted one stays for the sake of its replies. */
export const repliesOf = (index: number): number =>
  isCreated(index) || isFromApp(index) || isJoin(index) ? 0 : isTombstone(index) ? 1 : index % 6 === 5 ? 2 : 0;

const personOf = (data: AccountData, key: string, index: number) =>
  userId(data, 1 + pick(Math.max(1, data.sizes['users'] ?? 1), key, index));

export function message(data: AccountData, key: string, index: number): Record<string, unknown> {
  const base = { type: 'message', ts: asTs(sentAt(data, key, index)) };
  const edit = data.edits.list(key).of(index);
  const thread = threadOf(key, index);
  if (isTombstone(index) || edit?.deleted === true) {
    const text = 'This message was deleted.';
    return { ...base, user: 'USLACKBOT', subtype: 'tombstone', hidden: true, text, ...thread };
  }
  if (isFromApp(index)) return { ...base, ...fromApp(data, index) };
  const user = personOf(data, `${key}/user`, index);
  if (isJoin(index)) return { ...base, subtype: 'channel_join', user, text: `<@${user}> has joined the channel` };
  const team = teamIdOf(data.account);
  const editedAt = edit === undefined || edit.modified === edit.created ? undefined : asTs(edit.modified * 1000);
  const hasFile = index % 17 === 3 && !isCreated(index);
  const text = edit?.title ?? (hasFile ? '' : textOf(data, key, index));
  const files = hasFile ? { files: [file(data, key, index)] } : {};
  const wasEdited = index % 9 === 4 && !hasFile && !isCreated(index);
  const edited = editedAt !== undefined || wasEdited ? { edited: { user, ts: editedAt ?? base.ts } } : {};
  return { ...base, user, team, text, ...files, ...thread, ...edited };
}

const textOf = (data: AccountData, key: string, index: number) =>
  oneOf(TEXTS, `${key}/text`, index)
    .replace('PERSON', personOf(data, `${key}/mentioned`, index))
    .replace('CHANNEL', slackIds.encode('C0', `${data.seed}/conversation`, 0));

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
export function threadMessage(data: AccountData, key: string, index: number, at: number): object {
  if (at === 0) return message(data, key, index);
  const root = asTs(stamp(key, index));
  return {
    type: 'message',
    user: personOf(data, `${key}/reply/${at}`, index),
    ts: asTs(replyStamp(key, index, at - 1)),
    team: teamIdOf(data.account),
    text: oneOf(REPLIES, `${key}/reply/${at}/text`, index),
    thread_ts: root,
    parent_user_id: message(data, key, index)['user'],
  };
}

/** The body of an app's message may be in attachments or blocks only. */
function fromApp({ seed }: AccountData, index: number): object {
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

function file({ seed, account }: AccountData, key: string, index: number): object {
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
