import { type MockResponse, json } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { FIRST_CREATED } from '../core/edits.js';
import { Members } from '../core/members.js';
import { pick } from '../data/hash.js';
import { airtableIds } from '../data/ids.js';
import { iso, scattered } from '../data/timestamps.js';
import { range } from '../data/paging.js';
import { findBase, findTable, schemaOf, type Table } from './bases.js';
import type { Column, RecordTimes } from './column.js';
import { notFound, unprocessable } from './errors.js';
import { parseFormula } from './formula.js';
import { type ListParameters, listParameters } from './list-parameters.js';
import { offsetOf, offsetValue } from './offsets.js';

type Look = Pick<ListParameters, 'fields' | 'byFieldId' | 'commentCount'>;

/** Every seventh record was never edited, nor was a created one until it is changed. */
function timesOf(table: Table, index: number): RecordTimes {
  const { created, modified } = scattered(table.key, index);
  const edit = table.edits.of(index);
  if (edit === undefined) return { created, modified: index % 7 === 3 ? null : modified };
  return { created: edit.created ?? created, modified: edit.modified === edit.created ? null : edit.modified };
}

export const recordId = (table: Table, index: number): string => airtableIds.encode('rec', table.key, index);

export function findRecord(table: Table, id: string): number | undefined {
  const index = airtableIds.decode('rec', table.key, id);
  return index !== undefined && table.edits.has(index, table.records) ? index : undefined;
}

/** Airtable's times have whole seconds. */
const seconds = (milliseconds: number) => iso(milliseconds - (milliseconds % 1000));

export const createdTime = (table: Table, index: number): string => seconds(timesOf(table, index).created);

const cellOf = (table: Table, index: number, column: Column): unknown =>
  (column === table.columns[0] ? table.edits.of(index)?.title : undefined) ??
  column.value(index, timesOf(table, index));

/** By the ids of the fields; empty cells are left out. */
export const cellsOf = (table: Table, index: number): Record<string, unknown> =>
  Object.fromEntries(
    table.columns
      .map((column) => [column.id, cellOf(table, index, column)] as const)
      .filter(([, value]) => value !== undefined),
  );

interface AirtableRecord {
  id: string;
  createdTime: string;
  commentCount?: number;
  fields: Record<string, unknown>;
}

function record(table: Table, index: number, look: Look): AirtableRecord {
  const shown = table.columns.filter(
    ({ id, name }) => look.fields.length === 0 || look.fields.some((f) => f === name || f === id),
  );
  const cells = shown
    .map((column) => [look.byFieldId ? column.id : column.name, cellOf(table, index, column)] as const)
    .filter(([, value]) => value !== undefined);
  return {
    id: recordId(table, index),
    createdTime: createdTime(table, index),
    ...(look.commentCount ? { commentCount: pick(4, table.key, index) } : {}),
    fields: Object.fromEntries(cells),
  };
}

const membersOf = ({ records, edits }: Table) =>
  new Members({
    from: 0,
    to: records,
    without: edits.indexes(({ deleted }, index) => deleted && index < records),
    after: edits.indexes(({ deleted }, index) => !deleted && index >= FIRST_CREATED),
  });

/** GET /v0/{base}/{table} and POST …/listRecords. */
export function listRecords(request: MockRequest, session: AuthorizedSession): MockResponse {
  const table = tableOf(request, session);
  const parameters = listParameters(request);
  checkNames(table, parameters);
  const list = parameters.sort.length === 0 ? unsorted(table, parameters) : sorted(table, parameters);
  const value = offsetValue(request, parameters.offset);
  const total = Math.min(list.length, parameters.maxRecords);
  const part = request.cut(total, value === undefined ? 0 : list.positionOf(value), parameters.pageSize);
  const records = range(part, (position) => record(table, list.at(position), parameters));
  if (part.next === undefined) return json(200, { records });
  const last = records.at(-1)?.id ?? recordId(table, 0);
  return json(200, { records, offset: offsetOf(request, list.offsetAt(part.next), last) });
}

/** GET /v0/{base}/{table}/{record} */
export function getRecord(request: MockRequest, session: AuthorizedSession): MockResponse {
  const table = tableOf(request, session);
  const index = findRecord(table, request.params['record'] ?? '');
  if (index === undefined) return notFound();
  return json(200, record(table, index, { fields: [], byFieldId: false, commentCount: false }));
}

const tableOf = (request: MockRequest, session: AuthorizedSession) =>
  findTable(session, findBase(session, request.params['base']), request.params['table']);

function checkNames(table: Table, { fields, sort, view }: ListParameters): void {
  for (const field of [...fields, ...sort.map((entry) => entry.field)]) {
    if (!columnNamed(table, field)) throw unprocessable('UNKNOWN_FIELD_NAME', `Unknown field name: "${field}"`);
  }
  const { views } = schemaOf(table, false) as { views: { id: string; name: string }[] };
  if (view !== undefined && !views.some(({ id, name }) => view === id || view === name)) {
    throw unprocessable('VIEW_NAME_NOT_FOUND', `View ${view} not found`);
  }
}

const columnNamed = (table: Table, nameOrId: string): Column | undefined =>
  table.columns.find(({ id, name }) => nameOrId === name || nameOrId === id);

/** The indexes of the records in the order asked for, and what an offset says of a position. */
interface OrderedRecords {
  length: number;
  at(position: number): number;
  offsetAt(position: number): number;
  positionOf(offset: number): number;
}

/** As the records lie. An offset is the index of the next record, so that deleted ones before it change nothing. */
function unsorted(table: Table, { formula }: ListParameters): OrderedRecords {
  const members =
    formula === undefined
      ? membersOf(table)
      : new Members({ from: 0, to: 0, without: [], after: matching(table, formula) });
  const at = (position: number) => members.at(position);
  return { length: members.length, at, offsetAt: at, positionOf: (index) => members.countBelow(index) };
}

function sorted(table: Table, { formula, sort }: ListParameters): OrderedRecords {
  const order = matching(table, formula);
  for (const { field, descending } of [...sort].reverse()) {
    const column = columnNamed(table, field);
    const keys = new Map(order.map((index) => [index, column && cellOf(table, index, column)]));
    order.sort((a, b) => compare(keys.get(a), keys.get(b)) * (descending ? -1 : 1));
  }
  const same = (position: number) => position;
  return { length: order.length, at: (position) => order[position] ?? 0, offsetAt: same, positionOf: same };
}

function matching(table: Table, formula: string | undefined): number[] {
  const test = formula === undefined ? undefined : parseFormula(formula);
  const members = membersOf(table);
  const kept: number[] = [];
  for (let position = 0; position < members.length; position++) {
    const index = members.at(position);
    if (!test || test(timesOf(table, index))) kept.push(index);
  }
  return kept;
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [first, second] = [a, b].map((cell) => (typeof cell === 'string' ? cell : JSON.stringify(cell)));
  return (first ?? '').localeCompare(second ?? '');
}
