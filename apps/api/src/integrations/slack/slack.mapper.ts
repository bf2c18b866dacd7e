import { optional, readString, type JsonObject } from '@causeway/http-client';
import { IntegrationItem, type Account } from '../integration.js';
import { nameFrom } from '../text.js';
import { nameOfUser, type People } from './slack.people.js';
import { readable, unescape } from './slack.text.js';

/** The year 5138 in seconds and 1973 in milliseconds: larger numbers are milliseconds. */
const MILLISECONDS_FROM = 1e11;

export function channelToItem(channel: JsonObject, account: Account, people: People): IntegrationItem {
  const id = readString(channel['id'], 'id');
  const text = (value: unknown) => {
    const found = optional.string(value);
    return found === null ? null : readable(found, people.nameOf);
  };
  return IntegrationItem.of({
    id,
    type: 'channel',
    name: nameOfChannel(channel, people),
    directory: true,
    creationTime: time(channel['created']),
    lastModifiedTime: time(channel['updated']),
    url: link(account, `archives/${id}`),
    visibility: channel['is_archived'] !== true,
    properties: {
      kind: kindOf(channel),
      topic: text(optional.object(channel['topic'])['value']),
      purpose: text(optional.object(channel['purpose'])['value']),
      members: optional.number(channel['num_members']),
      isMember: optional.boolean(channel['is_member']),
      isExtShared: optional.boolean(channel['is_ext_shared']),
      isOrgShared: optional.boolean(channel['is_org_shared']),
      user: optional.string(channel['user']),
      isUserDeleted: optional.boolean(channel['is_user_deleted']),
    },
  });
}

/** A direct message has the other person for its name, and a group message `mpdm-ada--bram--chidi-1`. */
function nameOfChannel(channel: JsonObject, { nameOf, nameOfHandle }: People): string | null {
  const name = optional.string(channel['name']);
  if (channel['is_im'] === true) return nameOf(optional.string(channel['user']) ?? '') ?? name;
  if (name === null || channel['is_mpim'] !== true) return name;
  const handles = /^mpdm-(.+)-\d+$/.exec(name)?.[1]?.split('--');
  return nameFrom(handles?.map((handle) => nameOfHandle(handle) ?? handle).join(', ') ?? name);
}

export function userToItem(user: JsonObject, account: Account): IntegrationItem {
  const id = readString(user['id'], 'id');
  const profile = optional.object(user['profile']);
  const text = (value: unknown) => {
    const found = optional.string(value);
    return found === null ? null : unescape(found);
  };
  return IntegrationItem.of({
    id,
    type: 'user',
    name: nameFrom(nameOfUser(user)),
    lastModifiedTime: time(user['updated']),
    url: link(account, `team/${id}`),
    visibility: user['deleted'] !== true,
    properties: {
      username: text(user['name']),
      displayName: text(profile['display_name']),
      email: optional.string(profile['email']),
      title: text(profile['title']),
      timeZone: optional.string(user['tz']),
      isBot: optional.boolean(user['is_bot']),
      isAdmin: optional.boolean(user['is_admin']),
      isRestricted: optional.boolean(user['is_restricted']),
      isUltraRestricted: optional.boolean(user['is_ultra_restricted']),
      isStranger: optional.boolean(user['is_stranger']),
    },
  });
}

function kindOf(channel: JsonObject): string {
  if (channel['is_im'] === true) return 'direct-message';
  if (channel['is_mpim'] === true) return 'group-message';
  return channel['is_private'] === true ? 'private-channel' : 'public-channel';
}

/** Slack's times are seconds, but a channel's `updated` is milliseconds. */
export function time(value: unknown): string | null {
  const number = optional.number(value);
  if (number === null || number <= 0) return null;
  return optional.time(number > MILLISECONDS_FROM ? number : number * 1000);
}

export function link(account: Account, path: string): string | null {
  return account.url === null ? null : new URL(path, account.url).href;
}
