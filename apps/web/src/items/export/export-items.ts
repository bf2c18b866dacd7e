import type { Item } from '@causeway/client';
import type { LoadedItems } from '../load/loaded-items.js';
import { isBlank, propertyText } from '../property-value.js';
import { TimeSlicer } from '../view/time-slicer.js';
import { csvLine } from './csv.js';

export type Format = 'csv' | 'json';

const FIELDS = [
  'type',
  'id',
  'name',
  'driveId',
  'parentId',
  'parentPathOrName',
  'directory',
  'creationTime',
  'lastModifiedTime',
  'url',
  'mimeType',
  'delta',
  'visibility',
] as const satisfies (keyof Item)[];

/** Spreadsheets recognize UTF-8 only by it. */
const BYTE_ORDER_MARK = '\uFEFF';
const ROWS_PER_PART = 500;

/** Exports rows in the given order, in time slices. In CSV, every property has a column. */
export async function exportItems(items: LoadedItems, order: readonly number[], format: Format): Promise<Blob> {
  const rows = order.flatMap((index) => items.rows[index] ?? []);
  const slicer = new TimeSlicer();
  const types = new Set(rows.map(({ type }) => type));
  const names = [...new Set([...types].flatMap((type) => [...(items.properties.get(type)?.keys() ?? [])]))];
  const parts = [format === 'csv' ? BYTE_ORDER_MARK + csvLine([...FIELDS, ...names]) : '['];
  for (let start = 0; start < rows.length; start += ROWS_PER_PART) {
    const some = rows.slice(start, start + ROWS_PER_PART);
    if (format === 'csv') parts.push(some.map((item) => csvLine(fieldsOf(item, names))).join(''));
    else parts.push(start === 0 ? '\n' : ',\n', some.map((item) => JSON.stringify(item)).join(',\n'));
    if (slicer.isDue) await slicer.yieldToMain();
  }
  if (format === 'json') parts.push('\n]\n');
  return new Blob(parts, { type: format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json' });
}

function fieldsOf(item: Item, names: readonly string[]): string[] {
  return [
    ...FIELDS.map((field) => String(item[field] ?? '')),
    ...names.map((name) => {
      const value = item.properties[name];
      if (isBlank(value)) return '';
      // For programs: `true` instead of "Yes".
      return typeof value === 'boolean' ? String(value) : propertyText(value);
    }),
  ];
}
