import { text } from '../core/fields.js';
import type { AccountData } from '../core/account.js';
import { type EditList, FIRST_CREATED } from '../core/edits.js';
import { oneOf } from '../data/hash.js';
import { airtableIds } from '../data/ids.js';
import { company, topic } from '../data/words.js';
import type { Column } from './column.js';
import { columnsOf, PRIMARY_TYPES } from './columns.js';
import { forbidden } from './errors.js';
import type { LinkedTable } from './further-fields.js';

const RECORDS = [320, 45, 12, 150] as const;

/** A table of a base, with everything that follows from where it is. */
export interface Table {
  readonly id: string;
  readonly index: number;
  readonly name: string;
  readonly key: string;
  /** How many there were from the start. */
  readonly records: number;
  readonly edits: EditList;
  readonly columns: readonly Column[];
}

export interface Base {
  readonly id: string;
  /** Its place among the bases. */
  readonly at: number;
  /** Which of the generated bases it is, or is a copy of. */
  readonly index: number;
  readonly name: string;
  readonly key: string;
  readonly permissionLevel: string;
}

const DENIED = ['interfaceOnly', 'none'] as const;

export const baseEdits = ({ edits }: AccountData): EditList => edits.list('base');

/** Bases, then copies of the first one, whose tables and records have the ids of the original, then bases that cannot be read. */
export function base(data: AccountData, at: number): Base {
  const { bases = 0, baseCopies = 0 } = data.sizes;
  const id = airtableIds.encode('app', `${data.seed}/base`, at);
  const isCopy = at >= bases && at < bases + baseCopies;
  const index = isCopy ? 0 : at;
  const key = `${data.seed}/base/${index}`;
  const computedLevel =
    at < bases + baseCopies ? oneOf(['create', 'edit', 'read'], key) : (DENIED[at % DENIED.length] ?? 'none');
  const permissionLevel = at >= FIRST_CREATED ? 'create' : computedLevel;
  const name = baseEdits(data).of(at)?.title ?? `${company(key, index)}${isCopy ? ' copy' : ''}`;
  return { id, at, index, key, name, permissionLevel };
}

/** Positions in the list of bases; those of deleted ones are empty. */
export function baseList(data: AccountData): { length: number; at(position: number): Base | undefined } {
  const { bases = 0, baseCopies = 0, deniedBases = 0 } = data.sizes;
  const computed = bases + baseCopies + deniedBases;
  const edits = baseEdits(data);
  const at = (position: number) => edits.indexAt(position, computed);
  return {
    length: computed + edits.created,
    at: (position) => (edits.has(at(position), computed) ? base(data, at(position)) : undefined),
  };
}

export function findBase(data: AccountData, id: string | undefined): Base {
  const at = airtableIds.decode('app', `${data.seed}/base`, id ?? '');
  const { bases = 0, baseCopies = 0 } = data.sizes;
  if (at === undefined || !baseEdits(data).has(at, bases + baseCopies)) throw forbidden();
  return base(data, at);
}

/** By base, because copies of a base have tables with the same ids. */
export const tableEdits = ({ edits }: AccountData, of: Base): EditList => edits.list(`${of.id}/table`);

export function tables(data: AccountData, of: Base): Table[] {
  const { sizes } = data;
  const isCreated = of.at >= FIRST_CREATED;
  const count = isCreated ? 1 : (sizes['tablesPerBase'] ?? 2 + (of.index % 3));
  const further = isCreated ? 0 : Math.min(sizes['primaryFieldTables'] ?? 0, PRIMARY_TYPES.length);
  const edits = tableEdits(data, of);
  const all: Table[] = [];
  for (let position = 0; position < count + further + edits.created; position++) {
    const index = edits.indexAt(position, count + further);
    const key = `${of.key}/table/${index}`;
    const [first] = all;
    const isLinked = first !== undefined && (index === 1 || (index >= count && index < FIRST_CREATED));
    const isEmpty = isCreated || index >= FIRST_CREATED;
    const id = airtableIds.encode('tbl', `${of.key}/table`, index);
    all.push({
      id,
      // Airtable allows two tables of a base to have the same name; here a number makes names unique.
      name: edits.of(index)?.title ?? `${topic(key, index)} ${position + 1}`,
      key,
      index,
      records: isEmpty ? 0 : (sizes['recordsPerTable'] ?? RECORDS[(of.index + index) % RECORDS.length] ?? 0),
      edits: data.edits.list(`${of.id}/${id}`),
      columns: columnsOf(key, {
        linked: isLinked ? linkTo(first) : undefined,
        kilobytes: sizes['recordKilobytes'] ?? 0,
        primary: index < count ? undefined : PRIMARY_TYPES[index - count],
      }),
    });
  }
  return all.filter(({ index }) => edits.of(index)?.deleted !== true);
}

function linkTo({ id, key, records, columns }: Table): LinkedTable {
  const name = columns[0];
  const nameOf = (index: number) => text(name?.value(index, { created: 0, modified: 0 }));
  return { id, key, records, nameFieldId: name?.id ?? '', name: nameOf };
}

/** By id or by name, as the path allows. */
export function findTable(data: AccountData, of: Base, idOrName: string | undefined): Table {
  const table = tables(data, of).find(({ id, name }) => id === idOrName || name === idOrName);
  if (!table) throw forbidden();
  return table;
}

export const schemaOf = (table: Table, visibleFields: boolean): object => ({
  id: table.id,
  name: table.name,
  ...(table.name.startsWith('B') ? { description: 'Numbers of the current year' } : {}),
  primaryFieldId: table.columns[0]?.id,
  fields: table.columns.map(({ id, name, type, options }) => ({ id, name, type, ...(options ? { options } : {}) })),
  views: [
    {
      id: airtableIds.encode('viw', table.key, 0),
      name: 'Grid view',
      type: 'grid',
      ...(visibleFields ? { visibleFieldIds: table.columns.map(({ id }) => id) } : {}),
    },
  ],
});
