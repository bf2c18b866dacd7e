import { ControlError, required } from '../control/control-error.js';
import type { AccountData } from '../core/account.js';
import type { EditedItem, ItemEditor, RequestedEdit } from '../core/item-editor.js';
import { ErrorResponse } from '../core/response.js';
import { type Base, base, baseEdits, findBase, findTable, type Table, tableEdits, tables } from './bases.js';
import type { AirtableEvent } from './hook-payloads.js';
import { cellsOf, createdTime, findRecord, recordId } from './records.js';

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
  const at = (index: number) => tables(data, of).find((one) => one.index === index);
  if (id === undefined) {
    const created = required(at(edits.create(change)), 'no table was created');
    return { id: created.id, events: [tableCreated(of, created)] };
  }
  const before = present(() => findTable(data, of, id), `table ${id} in ${parent}`);
  edits.change(before.index, change);
  const about = { baseId: of.id, tableId: before.id };
  if (change.deleted) return { id, events: [{ ...about, what: 'table-destroyed' }] };
  const [current, previous] = [{ name: at(before.index)?.name ?? '' }, { name: before.name }];
  return { id, events: [{ ...about, what: 'table-changed', current, previous }] };
};

function tableCreated({ id: baseId }: Base, { id: tableId, name, columns }: Table): AirtableEvent {
  const described = columns.map((column) => [column.id, { name: column.name, type: column.type }]);
  const fieldsById = Object.fromEntries(described) as Record<string, { name: string; type: string }>;
  return { what: 'table-created', baseId, tableId, metadata: { name }, fieldsById };
}

const editRecord: Edit = (data, { id, parent = '', change }) => {
  const [baseId = '', tableId] = parent.split('/');
  const table = present(
    () => findTable(data, findBase(data, baseId), tableId),
    `table ${parent}: parent must be the base and the table of the record, with a slash between`,
  );
  const { edits } = table;
  const [primary] = table.columns;
  if (change.title !== undefined && !TEXT.has(primary?.type ?? ''))
    throw new ControlError(`the primary field is a ${primary?.type}`);
  const about = { baseId, tableId: table.id };
  if (id === undefined) {
    const index = edits.create(change);
    const recordOf = { recordId: recordId(table, index), createdTime: createdTime(table, index) };
    const created: AirtableEvent = { ...about, ...recordOf, what: 'record-created', cells: cellsOf(table, index) };
    return { id: recordOf.recordId, events: [created] };
  }
  const index = required(findRecord(table, id), `there is no record ${id} in ${parent}`);
  const previous = cellsOf(table, index);
  edits.change(index, change);
  if (change.deleted) return { id, events: [{ ...about, what: 'record-destroyed', recordId: id }] };
  const cells = cellsOf(table, index);
  const happened: AirtableEvent = {
    ...about,
    ...{ what: 'record-changed', recordId: id, changed: primary?.id ?? '', cells, previous },
  };
  return { id, events: [happened] };
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
