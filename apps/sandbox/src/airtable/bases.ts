import type { AuthorizedSession } from '../core/mock-provider.js';
import { oneOf } from '../data/hash.js';
import { airtableIds } from '../data/ids.js';
import { company, topic } from '../data/words.js';
import { columnsOf, type Column } from './columns.js';
import { forbidden } from './errors.js';

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
  readonly index: number;
  readonly name: string;
  readonly key: string;
}

export function base(session: AuthorizedSession, index: number): Base {
  const key = `${session.seed}/base/${index}`;
  const id = airtableIds.encode('app', `${session.seed}/base`, index);
  return { id, index, name: company(key, index), key };
}

export const baseCount = (session: AuthorizedSession): number => session.sizes['bases'] ?? 0;
export const permissionOf = ({ key }: Base): string => oneOf(['create', 'edit', 'read'], key);

export function findBase(session: AuthorizedSession, id: string | undefined): Base {
  const index = airtableIds.decode('app', `${session.seed}/base`, id ?? '');
  if (index === undefined || index >= baseCount(session)) throw forbidden();
  return base(session, index);
}

export function tables(session: AuthorizedSession, of: Base): Table[] {
  const count = session.sizes['tablesPerBase'] ?? 2 + (of.index % 3);
  return Array.from({ length: count }, (_, index) => {
    const key = `${of.key}/table/${index}`;
    return {
      id: airtableIds.encode('tbl', `${of.key}/table`, index),
      // Airtable allows two tables of a base to have the same name; here a number makes names unique.
      name: `${topic(key, index)} ${index + 1}`,
      key,
      records: session.sizes['recordsPerTable'] ?? RECORDS[(of.index + index) % RECORDS.length] ?? 0,
      columns: columnsOf(key),
    };
  });
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
