import { ControlError, required } from '../control/control-error.js';
import type { AccountData } from '../core/account.js';
import type { EditedItem, ItemEditor, RequestedEdit } from '../core/item-editor.js';
import { OBJECT_TYPES, objectType } from './object-types.js';
import { Records } from './records.js';
import { recordEvents } from './webhooks.js';

export const hubspotItems: ItemEditor = {
  types: OBJECT_TYPES.map(({ name }) => name),
  hasProperties: true,
  edit(data: AccountData, { type, id, parent, change }: RequestedEdit): EditedItem {
    if (parent !== undefined) throw new ControlError('records have no parent');
    const { title, ...rest } = change;
    const records = new Records(data, required(objectType(type), `there are no ${type}`));
    const named = title === undefined ? [] : records.type.title.map((name, at) => [name, at === 0 ? title : null]);
    const properties = { ...(Object.fromEntries(named) as typeof change.properties), ...change.properties };
    const unknown = Object.keys(properties).find((name) => !(name in records.type.properties));
    if (unknown !== undefined) throw new ControlError(`${type} have no property ${unknown}`);
    const edit = { ...rest, properties };
    if (id === undefined) {
      const index = records.edits.create(edit);
      return { id: String(records.id(index)), events: recordEvents(records, index, { isCreated: true, change: edit }) };
    }
    const index = required(records.find(id), `there is no record ${id} among the ${type}`);
    const wasArchived = records.isArchived(index);
    records.edits.change(index, edit);
    const isCreated = change.created !== undefined;
    return { id, events: recordEvents(records, index, { isCreated, wasArchived, change: edit }) };
  },
};
