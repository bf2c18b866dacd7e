import { ControlError, required } from '../control/control-error.js';
import type { AccountData } from '../core/account.js';
import type { ProviderEvent } from '../webhooks/webhook-rules.js';
import type { EditedItem, ItemEditor, RequestedEdit } from '../core/item-editor.js';
import {
  type Conversation,
  conversation,
  conversationEdits,
  findConversation,
  nameOf,
  timesOf,
} from './conversations.js';
import { asTs, isEditable, message, sentAt } from './messages.js';
import { botUserId } from './teams.js';
import { Timeline } from './timeline.js';
import { findUser, member, userEdits, userId } from './users.js';

type Edit = (data: AccountData, request: RequestedEdit) => EditedItem;

function refuse(isRefused: boolean, why: string): void {
  if (isRefused) throw new ControlError(why);
}

/** `channel_rename` of a public channel, `group_rename` of the others. */
function channelEvent(data: AccountData, one: Conversation, what: string): ProviderEvent {
  const type = `${one.kind === 'public_channel' ? 'channel' : 'group'}_${what}`;
  const { created } = timesOf(data, one);
  const about = { id: one.id, name: nameOf(data, one), created: Math.floor(created / 1000) };
  if (what === 'created') return { type, channel: { ...about, creator: botUserId(data.seed) } };
  if (what === 'rename') return { type, channel: about };
  return { type, channel: one.id, ...(what === 'deleted' ? {} : { user: userId(data, 1) }) };
}

const CHANNEL_TYPES = { public_channel: 'channel', private_channel: 'group', mpim: 'mpim', im: 'im' };

const messageEvent = ({ id, kind }: Conversation, fields: object): ProviderEvent => ({
  type: 'message',
  channel: id,
  channel_type: CHANNEL_TYPES[kind],
  ...fields,
});

const editChannel: Edit = (data, { id, parent, change }) => {
  refuse(parent !== undefined, 'channels have no parent');
  const edits = conversationEdits(data);
  if (id === undefined) {
    const created = conversation(data, edits.create(change));
    return { id: created.id, events: [channelEvent(data, created, 'created')] };
  }
  const before = required(findConversation(data, id), `there is no channel ${id}`);
  refuse(before.kind === 'im', 'a direct message has no name and is never archived');
  edits.change(before.index, change);
  const after = conversation(data, before.index);
  const happened = [
    ...(change.title === undefined ? [] : ['rename']),
    ...(before.archived === after.archived ? [] : [after.archived ? 'archive' : 'unarchive']),
  ];
  const events = change.deleted ? ['deleted'] : happened;
  return { id, events: events.map((what) => channelEvent(data, after, what)) };
};

const editUser: Edit = (data, { id, parent, change }) => {
  refuse(parent !== undefined, 'users have no parent');
  refuse(change.deleted, 'Slack keeps the users that it calls deleted: use archived');
  const edits = userEdits(data);
  const index = id === undefined ? edits.create(change) : required(findUser(data, id), `there is no user ${id}`);
  if (id !== undefined) edits.change(index, change);
  const user = member(data, index, true);
  const changed = { type: 'user_change', user, cache_ts: Math.floor(change.modified / 1000) };
  return { id: userId(data, index), events: [id === undefined ? { type: 'team_join', user } : changed] };
};

const editMessage: Edit = (data, { id, parent, change }) => {
  refuse(change.archived !== undefined, 'messages are not archived: use deleted');
  const channel = required(findConversation(data, parent), 'parent must be the channel of the message');
  const timeline = new Timeline(data, channel);
  const { edits, key } = timeline;
  const event = (fields: object) => (channel.member ? [messageEvent(channel, fields)] : []);
  if (id === undefined) {
    const created = edits.create(change);
    return { id: asTs(sentAt(data, key, created)), events: event(message(data, key, created)) };
  }
  const index = required(timeline.find(Number(id.replace('.', ''))), `there is no message ${id} in ${parent}`);
  refuse(!change.deleted && !isEditable(index), `the message ${id} was not written by a person`);
  const previous_message = message(data, key, index);
  edits.change(index, change);
  const ts = asTs(change.modified * 1000);
  const events = change.deleted
    ? event({ subtype: 'message_deleted', hidden: true, ts, deleted_ts: id, previous_message })
    : event({ subtype: 'message_changed', hidden: true, ts, message: message(data, key, index), previous_message });
  return { id, events };
};

const EDITORS: Record<string, Edit> = { channel: editChannel, user: editUser, message: editMessage };

export const slackItems: ItemEditor = {
  types: Object.keys(EDITORS),
  hasProperties: false,
  edit: (data, request) => required(EDITORS[request.type], 'unknown type')(data, request),
};
