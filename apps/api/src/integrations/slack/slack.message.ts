import { optional, readString, type JsonObject } from '@causeway/http-client';
import { IntegrationItem, type Account } from '../integration.js';
import { nameFrom } from '../text.js';
import { link, time } from './slack.mapper.js';
import { joinLines, readable, textOfBlocks, unescape, type NameOf } from './slack.text.js';

/** What Slack writes where the body of a message is elsewhere. */
const PLACEHOLDERS = new Set(["This content can't be displayed.", '[no preview available]']);

/** A reply is in a thread, which its first message names. */
export function parentOfMessage<C extends string | null>(channel: C, ts: string, thread: string | null): C | string {
  return thread === null || thread === ts ? channel : `${channel}:${thread}`;
}

export function messageToItem(
  message: JsonObject,
  account: Account,
  channel: string | null,
  nameOf: NameOf,
): IntegrationItem {
  const ts = readString(message['ts'], 'ts');
  const thread = optional.string(message['thread_ts']);
  const user = optional.string(message['user']);
  const replies = optional.number(message['reply_count']);
  const text = textOfMessage(message, nameOf);
  return IntegrationItem.of({
    id: ts,
    type: 'message',
    // Slack numbers the messages of every channel for itself.
    driveId: channel,
    name: nameFrom(text),
    directory: replies !== null && replies > 0,
    parentId: parentOfMessage(channel, ts, thread),
    creationTime: time(Number(ts)),
    lastModifiedTime: time(Number(optional.object(message['edited'])['ts'] ?? ts)),
    url: channel === null ? null : link(account, `archives/${channel}/p${ts.replace('.', '')}`),
    // A deleted message stays for its replies.
    visibility: message['subtype'] !== 'tombstone' && message['hidden'] !== true,
    properties: {
      text,
      rawText: optional.string(message['text']),
      user: user ?? optional.string(message['bot_id']),
      userName: (user === null ? null : nameOf(user)) ?? botName(message),
      subtype: optional.string(message['subtype']),
      threadTs: thread,
      replies,
      files: objects(message['files']).map(toFile),
      attachments: objects(message['attachments']).map((attachment) => toAttachment(attachment, nameOf)),
    },
  });
}

/** What people see of a message: its text, or what stands in place of it. */
function textOfMessage(message: JsonObject, nameOf: NameOf): string | null {
  const text = optional.string(message['text']) ?? '';
  const candidates = [
    () => (PLACEHOLDERS.has(text) ? '' : readable(text, nameOf)),
    () => textOfBlocks(message['blocks'], nameOf),
    () => joinLines(objects(message['attachments']).map((attachment) => textOfAttachment(attachment, nameOf))),
    () => titlesOf(message['files']),
    () => text,
  ];
  for (const candidate of candidates) {
    const found = candidate();
    if (found.trim() !== '') return found;
  }
  return null;
}

function textOfAttachment(attachment: JsonObject, nameOf: NameOf): string {
  const read = (value: unknown) => readable(optional.string(value) ?? '', nameOf);
  const { pretext, title, text, fields, blocks, files, fallback } = attachment;
  const lines = objects(fields).map((field) => [read(field['title']), read(field['value'])].filter(Boolean).join(': '));
  const shown = joinLines([read(pretext), read(title), read(text), ...lines, textOfBlocks(blocks, nameOf)]);
  if (shown !== '') return shown;
  return titlesOf(files) || (PLACEHOLDERS.has(String(fallback)) ? '' : read(fallback));
}

function toAttachment(attachment: JsonObject, nameOf: NameOf): JsonObject {
  const { title, title_link: titleLink, from_url: fromUrl, image_url: imageUrl, service_name: service } = attachment;
  const name = optional.string(title);
  return {
    title: name === null ? null : readable(name, nameOf),
    text: textOfAttachment(attachment, nameOf) || null,
    url: optional.string(titleLink) ?? optional.string(fromUrl) ?? optional.string(imageUrl),
    service: optional.string(service),
  };
}

/** Of a file in a channel that is shared between organizations, and of a deleted one, only the id may be given. */
function toFile(file: JsonObject): JsonObject {
  const name = optional.string(file['name']);
  return {
    id: optional.string(file['id']),
    name: name === null ? null : unescape(name),
    title: titleOf(file) || null,
    mimeType: optional.string(file['mimetype']),
    size: optional.number(file['size']),
    url: optional.string(file['permalink']),
  };
}

function titlesOf(files: unknown): string {
  return joinLines(objects(files).map(titleOf));
}

function titleOf({ title, name }: JsonObject): string {
  return unescape(optional.string(title) ?? optional.string(name) ?? '');
}

function botName(message: JsonObject): string | null {
  return optional.string(message['username']) ?? optional.string(optional.object(message['bot_profile'])['name']);
}

function objects(value: unknown): JsonObject[] {
  return optional.array(value).map(optional.object);
}
