import { optional, readString, type JsonObject } from '@causeway/http-client';
import { IntegrationItem, type Account } from '../integration.js';

const NAME_LENGTH = 120;
/** The year 5138 in seconds and 1973 in milliseconds: larger numbers are milliseconds. */
const MILLISECONDS_FROM = 1e11;

export function channelToItem(channel: JsonObject, account: Account): IntegrationItem {
  const id = readString(channel['id'], 'id');
  return IntegrationItem.of({
    id,
    type: 'channel',
    // A direct message has no name, only the other person.
    name: optional.string(channel['name']),
    directory: true,
    creationTime: time(channel['created']),
    lastModifiedTime: time(channel['updated']),
    url: link(account, `archives/${id}`),
    visibility: channel['is_archived'] !== true,
    properties: {
      kind: kindOf(channel),
      topic: optional.string(optional.object(channel['topic'])['value']),
      purpose: optional.string(optional.object(channel['purpose'])['value']),
      members: optional.number(channel['num_members']),
      isMember: optional.boolean(channel['is_member']),
      user: optional.string(channel['user']),
    },
  });
}

export function userToItem(user: JsonObject, account: Account): IntegrationItem {
  const id = readString(user['id'], 'id');
  const profile = optional.object(user['profile']);
  const text = (...values: unknown[]) => values.map(optional.string).find((value) => value !== null) ?? null;
  return IntegrationItem.of({
    id,
    type: 'user',
    name: text(user['real_name'], profile['real_name'], profile['display_name'], user['name']),
    lastModifiedTime: time(user['updated']),
    url: link(account, `team/${id}`),
    visibility: user['deleted'] !== true,
    properties: {
      username: text(user['name']),
      displayName: text(profile['display_name']),
      email: text(profile['email']),
      title: text(profile['title']),
      timeZone: text(user['tz']),
      isBot: optional.boolean(user['is_bot']),
      isAdmin: optional.boolean(user['is_admin']),
    },
  });
}

export function messageToItem(message: JsonObject, account: Account, channel: string | null): IntegrationItem {
  const ts = readString(message['ts'], 'ts');
  const text = optional.string(message['text']);
  return IntegrationItem.of({
    id: ts,
    type: 'message',
    name: text === null ? null : shorten(text),
    parentId: channel,
    creationTime: time(Number(ts)),
    lastModifiedTime: time(Number(optional.object(message['edited'])['ts'] ?? ts)),
    url: channel === null ? null : link(account, `archives/${channel}/p${ts.replace('.', '')}`),
    properties: {
      text,
      user: optional.string(message['user']) ?? optional.string(message['bot_id']),
      subtype: optional.string(message['subtype']),
      threadTs: optional.string(message['thread_ts']),
      replies: optional.number(message['reply_count']),
    },
  });
}

function kindOf(channel: JsonObject): string {
  if (channel['is_im'] === true) return 'direct-message';
  if (channel['is_mpim'] === true) return 'group-message';
  return channel['is_private'] === true ? 'private-channel' : 'public-channel';
}

/** Slack's times are seconds, but a channel's `updated` is milliseconds. */
function time(value: unknown): string | null {
  const number = optional.number(value);
  if (number === null || number <= 0) return null;
  return optional.time(number > MILLISECONDS_FROM ? number : number * 1000);
}

function link(account: Account, path: string): string | null {
  return account.url === null ? null : new URL(path, account.url).href;
}

function shorten(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > NAME_LENGTH ? `${line.slice(0, NAME_LENGTH - 1)}…` : line;
}
