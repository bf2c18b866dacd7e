import { ControlError, required } from '../control/control-error.js';
import type { AccountData } from '../core/account.js';
import type { EditedItem, ItemEditor, RequestedEdit } from '../core/item-editor.js';
import { conversation, conversationEdits, findConversation } from './conversations.js';
import { asTs, isEditable, sentAt } from './messages.js';
import { Timeline } from './timeline.js';
import { findUser, userEdits, userId } from './users.js';

type Edit = (data: AccountData, request: RequestedEdit) => EditedItem;

function refuse(isRefused: boolean, why: string): void {
  if (isRefused) throw new ControlError(why);
}

const editChannel: Edit = (data, { id, parent, change }) => {
  refuse(parent !== undefined, 'channels have no parent');
  const edits = conversationEdits(data);
  if (id === undefined) return { id: conversation(data, edits.create(change)).id };
  const { index, kind } = required(findConversation(data, id), `there is no channel ${id}`);
  refuse(kind === 'im', 'a direct message has no name and is never archived');
  edits.change(index, change);
  return { id };
};

const editUser: Edit = (data, { id, parent, change }) => {
  refuse(parent !== undefined, 'users have no parent');
  refuse(change.deleted, 'Slack keeps the users that it calls deleted: use archived');
  const edits = userEdits(data);
  if (id === undefined) return { id: userId(data, edits.create(change)) };
  edits.change(required(findUser(data, id), `there is no user ${id}`), change);
  return { id };
};

const editMessage: Edit = (data, { id, parent, change }) => {
  refuse(change.archived !== undefined, 'messages are not archived: use deleted');
  const channel = required(findConversation(data, parent), 'parent must be the channel of the message');
  const timeline = new Timeline(data, channel);
  const { edits, key } = timeline;
  if (id === undefined) return { id: asTs(sentAt(data, key, edits.create(change))) };
  const index = required(timeline.find(Number(id.replace('.', ''))), `there is no message ${id} in ${parent}`);
  refuse(!change.deleted && !isEditable(index), `the message ${id} was not written by a person`);
  edits.change(index, change);
  return { id };
};

const EDITORS: Record<string, Edit> = { channel: editChannel, user: editUser, message: editMessage };

export const slackItems: ItemEditor = {
  types: Object.keys(EDITORS),
  edit(data, request) {
    refuse(Object.keys(request.change.properties).length > 0, 'only records of HubSpot have properties');
    return required(EDITORS[request.type], 'unknown type')(data, request);
  },
};
