import { type MockResponse, json } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { pick } from '../data/hash.js';
import { airtableIds } from '../data/ids.js';
import { iso, scattered } from '../data/timestamps.js';
import { range } from '../data/paging.js';
import { findBase, findTable, schemaOf, type Table } from './bases.js';
import type { Column, RecordTimes } from './column.js';
import { notFound, unprocessable } from './errors.js';
import { parseFormula } from './formula.js';
import { type ListParameters, listParameters } from './list-parameters.js';
import { offsetOf, positionOf } from './offsets.js';

type Look = Pick<ListParameters, 'fields' | 'byFieldId' | 'commentCount'>;

/** Every seventh record was never edited. */
function timesOf(table: Table, index: number): RecordTimes {
  const times = scattered(table.key, index);
  return index % 7 === 3 ? { ...times, modified: null } : times;
}
const idOf = (table: Table, index: number) => airtableIds.encode('rec', table.key, index);

/** Airtable's times have whole seconds. */
const seconds = (milliseconds: number) => iso(milliseconds - (milliseconds % 1000));

interface AirtableRecord {
  id: string;
  createdTime: string;
  commentCount?: number;
  fields: Record<string, unknown>;
}

function record(table: Table, index: number, look: Look): AirtableRecord {
  const times = timesOf(table, index);
  const shown = table.columns.filter(
    ({ id, name }) => look.fields.length === 0 || look.fields.some((f) => f === name || f === id),
  );
  const cells = shown
    .map((column) => [look.byFieldId ? column.id : column.name, column.value(index, times)] as const)
    .filter(([, value]) => value !== undefined);
  return {
    id: idOf(table, index),
    createdTime: seconds(times.created),
    ...(look.commentCount ? { commentCount: pick(4, table.key, index) } : {}),
    fields: Object.fromEntries(cells),
  };
}

/** GET /v0/{base}/{table} and POST …/listRecords. */
export function listRecords(request: MockRequest, session: AuthorizedSession): MockResponse {
  const table = tableOf(request, session);
  const parameters = listParameters(request);
  checkNames(table, parameters);
  const order = orderOf(table, parameters);
  const total = Math.min(order?.length ?? table.records, parameters.maxRecords);
  const part = request.cut(total, positionOf(request, parameters.offset), parameters.pageSize);
  const records = range(part, (position) => record(table, order?.[position] ?? position, parameters));
  const last = records.at(-1)?.id ?? idOf(table, 0);
  return json(200, { records, ...(part.next === undefined ? {} : { offset: offsetOf(request, part.next, last) }) });
}

/** GET /v0/{base}/{table}/{record} */
export function getRecord(request: MockRequest, session: AuthorizedSession): MockResponse {
  const table = tableOf(request, session);
  const index = airtableIds.decode('rec', table.key, request.params['record'] ?? '');
  if (index === undefined || index >= table.records) return notFound();
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

/** Indexes of the records in the order asked for; undefined when every record comes as it lies. */
function orderOf(table: Table, { formula, sort }: ListParameters): number[] | undefined {
  if (formula === undefined && sort.length === 0) return undefined;
  const test = formula === undefined ? undefined : parseFormula(formula);
  const kept: number[] = [];
  for (let index = 0; index < table.records; index++) if (!test || test(timesOf(table, index))) kept.push(index);
  for (const { field, descending } of [...sort].reverse()) {
    const column = columnNamed(table, field);
    const keys = new Map(kept.map((index) => [index, column?.value(index, timesOf(table, index))]));
    kept.sort((a, b) => compare(keys.get(a), keys.get(b)) * (descending ? -1 : 1));
  }
  return kept;
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [first, second] = [a, b].map((cell) => (typeof cell === 'string' ? cell : JSON.stringify(cell)));
  return (first ?? '').localeCompare(second ?? '');
}
