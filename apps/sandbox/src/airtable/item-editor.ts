import { ControlError, required } from '../control/control-error.js';
import type { AccountData } from '../core/account.js';
import type { EditedItem, ItemEditor, RequestedEdit } from '../core/item-editor.js';
import { ErrorResponse } from '../core/response.js';
import { base, baseEdits, findBase, findTable, tableEdits, tables } from './bases.js';
import { findRecord, recordId } from './records.js';

type Edit = (data: AccountData, request: RequestedEdit) => EditedItem;

/** The primary fields that hold a title as it is. */
const TEXT = new Set(['singleLineText', 'multilineText', 'email', 'url', 'phoneNumber']);

/** Requests get a 403 for what is not there; control names it. */
function present<T>(find: () => T, what: string): T {
  try {
    return find();
  } catch (error) {
    if (error instanceof ErrorResponse) throw new ControlError(`there is no ${what}`);
    throw error;
  }
}

const editBase: Edit = (data, { id, change }) => {
  if (id === undefined) return { id: base(data, baseEdits(data).create(change)).id, events: [] };
  const { at } = present(() => findBase(data, id), `base ${id}`);
  baseEdits(data).change(at, change);
  return { id, events: [] };
};

const editTable: Edit = (data, { id, parent, change }) => {
  const of = present(() => findBase(data, parent), `base ${parent}: parent must be the base of the table`);
  const edits = tableEdits(data, of);
  if (id === undefined) {
    const index = edits.create(change);
    return { id: required(tables(data, of).find((one) => one.index === index)?.id, 'no table'), events: [] };
  }
  const { index } = present(() => findTable(data, of, id), `table ${id} in ${parent}`);
  edits.change(index, change);
  return { id, events: [] };
};

const editRecord: Edit = (data, { id, parent = '', change }) => {
  const [baseId, tableId] = parent.split('/');
  const table = present(
    () => findTable(data, findBase(data, baseId), tableId),
    `table ${parent}: parent must be the base and the table of the record, with a slash between`,
  );
  const type = table.columns[0]?.type ?? '';
  if (change.title !== undefined && !TEXT.has(type)) throw new ControlError(`the primary field is a ${type}`);
  if (id === undefined) return { id: recordId(table, table.edits.create(change)), events: [] };
  table.edits.change(required(findRecord(table, id), `there is no record ${id} in ${parent}`), change);
  return { id, events: [] };
};

const EDITORS: Record<string, Edit> = { base: editBase, table: editTable, record: editRecord };

export const airtableItems: ItemEditor = {
  types: Object.keys(EDITORS),
  hasProperties: false,
  edit(data, request) {
    if (request.change.archived !== undefined) throw new ControlError('Airtable archives nothing: use deleted');
    return required(EDITORS[request.type], 'unknown type')(data, request);
  },
};
