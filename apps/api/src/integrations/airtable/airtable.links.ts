import { optional, readArray, readObject, readString } from '@causeway/http-client';
import type { IntegrationItem, ProviderApi } from '../integration.js';
import { readWholeList, type PageRequest } from '../page.js';
import { nameFrom } from '../text.js';
import { cellText } from './airtable.cell-text.js';
import type { Base, Field, Table } from './airtable.mapper.js';

/** Records of a linked table whose names are read. Each hundred is a request of the base's rate limit. */
const MAX_NAMED = 1_000;
const PAGE_SIZE = 100;

/** Ids of records and their names. */
type Names = [id: string, name: string][];

/**
 * Airtable gives linked records by their ids. Where the caller names such fields, or all, their names stand beside them as
 * `<field> (names)`: those of the first thousand records of the linked table, `null` for the others.
 */
export async function addLinkedNames(
  api: ProviderApi,
  base: Base,
  tables: readonly Table[],
  table: Table,
  wanted: PageRequest['properties'],
  items: readonly IntegrationItem[],
): Promise<void> {
  for (const field of table.fields) {
    const linked = tables.find(({ id }) => id === field.linkedTableId);
    if (linked === undefined || !isWanted(field, wanted)) continue;
    const holders = items.filter(({ properties }) => optional.array(properties[field.name]).length > 0);
    if (holders.length === 0) continue;
    const names = new Map<unknown, string>(await namesOf(api, base, linked));
    for (const { properties } of holders) {
      properties[`${field.name} (names)`] ??= optional.array(properties[field.name]).map((id) => names.get(id) ?? null);
    }
  }
}

function isWanted({ id, name }: Field, wanted: PageRequest['properties']): boolean {
  return wanted === 'all' || wanted.includes(id) || wanted.includes(name);
}

function namesOf(api: ProviderApi, base: Base, table: Table): Promise<Names> {
  return api.remember(`names:${base.id}:${table.id}`, () => readNames(api, base, table));
}

async function readNames(api: ProviderApi, base: Base, { id, fields, primaryFieldId }: Table): Promise<Names> {
  const primary = fields.find((field) => field.id === primaryFieldId);
  if (primary === undefined) return [];
  let pages = 0;
  const { entries } = await readWholeList(
    async (offset) => {
      const { body } = await api.read({
        path: `/v0/${encodeURIComponent(base.id)}/${encodeURIComponent(id)}`,
        query: { pageSize: PAGE_SIZE, 'fields[]': primary.id, offset: offset ?? undefined },
        subject: base.id,
      });
      const response = readObject(body, 'response');
      pages += 1;
      const next = pages * PAGE_SIZE < MAX_NAMED ? response['offset'] : null;
      return { entries: readArray(response['records'], 'records'), next };
    },
    (record) => ({
      id: readString(record['id'], 'id'),
      name: nameFrom(cellText(optional.object(record['fields'])[primary.name])),
    }),
  );
  return entries.flatMap((record): Names => (record.name === null ? [] : [[record.id, record.name]]));
}
