import { text } from '../core/fields.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
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
  readonly name: string;
  readonly key: string;
  readonly records: number;
  readonly columns: readonly Column[];
}

export interface Base {
  readonly id: string;
  /** Which of the generated bases it is, or is a copy of. */
  readonly index: number;
  readonly name: string;
  readonly key: string;
  readonly permissionLevel: string;
}

const DENIED = ['interfaceOnly', 'none'] as const;

/** Bases, then copies of the first one, whose tables and records have the ids of the original, then bases that cannot be read. */
export function base(session: AuthorizedSession, at: number): Base {
  const { bases = 0, baseCopies = 0 } = session.sizes;
  const id = airtableIds.encode('app', `${session.seed}/base`, at);
  const isCopy = at >= bases && at < bases + baseCopies;
  const index = isCopy ? 0 : at;
  const key = `${session.seed}/base/${index}`;
  const permissionLevel =
    at < bases + baseCopies ? oneOf(['create', 'edit', 'read'], key) : (DENIED[at % DENIED.length] ?? 'none');
  return { id, index, key, name: `${company(key, index)}${isCopy ? ' copy' : ''}`, permissionLevel };
}

export const baseCount = ({ sizes: { bases = 0, baseCopies = 0, deniedBases = 0 } }: AuthorizedSession): number =>
  bases + baseCopies + deniedBases;

export function findBase(session: AuthorizedSession, id: string | undefined): Base {
  const at = airtableIds.decode('app', `${session.seed}/base`, id ?? '');
  const { bases = 0, baseCopies = 0 } = session.sizes;
  if (at === undefined || at >= bases + baseCopies) throw forbidden();
  return base(session, at);
}

export function tables({ sizes }: AuthorizedSession, of: Base): Table[] {
  const count = sizes['tablesPerBase'] ?? 2 + (of.index % 3);
  const further = Math.min(sizes['primaryFieldTables'] ?? 0, PRIMARY_TYPES.length);
  const all: Table[] = [];
  for (let index = 0; index < count + further; index++) {
    const key = `${of.key}/table/${index}`;
    const [first] = all;
    const isLinked = first !== undefined && (index === 1 || index >= count);
    all.push({
      id: airtableIds.encode('tbl', `${of.key}/table`, index),
      // Airtable allows two tables of a base to have the same name; here a number makes names unique.
      name: `${topic(key, index)} ${index + 1}`,
      key,
      records: sizes['recordsPerTable'] ?? RECORDS[(of.index + index) % RECORDS.length] ?? 0,
      columns: columnsOf(key, {
        linked: isLinked ? linkTo(first) : undefined,
        kilobytes: sizes['recordKilobytes'] ?? 0,
        primary: index < count ? undefined : PRIMARY_TYPES[index - count],
      }),
    });
  }
  return all;
}

function linkTo({ id, key, records, columns }: Table): LinkedTable {
  const name = columns[0];
  const nameOf = (index: number) => text(name?.value(index, { created: 0, modified: 0 }));
  return { id, key, records, nameFieldId: name?.id ?? '', name: nameOf };
}

/** By id or by name, as the path allows. */
export function findTable(session: AuthorizedSession, of: Base, idOrName: string | undefined): Table {
  const table = tables(session, of).find(({ id, name }) => id === idOrName || name === idOrName);
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
