import type { Item } from '@causeway/client';
import type { LoadedItems } from './loaded-items.js';
import { isBlank, propertyText } from './property-value.js';
import { TimeSlicer } from './time-slicer.js';
import { csvLine } from './csv.js';

export type ExportFormat = 'csv' | 'json';

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
const ROWS_PER_PART = 200;

/**
 * Exports rows in the given order, in time slices: a worker would need a copy of all rows, which blocks the page too. Each part is a blob
 * of its own, because a blob of all texts would encode them in one go. In CSV, every property has a column.
 */
export async function exportItems(items: LoadedItems, order: readonly number[], format: ExportFormat): Promise<Blob> {
  const rows = order.flatMap((index) => items.rows[index] ?? []);
  const slicer = new TimeSlicer();
  const types = new Set(rows.map(({ type }) => type));
  const names = [...new Set([...types].flatMap((type) => [...(items.properties.get(type)?.keys() ?? [])]))];
  const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json';
  const parts = [new Blob([format === 'csv' ? BYTE_ORDER_MARK + csvLine([...FIELDS, ...names]) : '['])];
  for (let start = 0; start < rows.length; start += ROWS_PER_PART) {
    const some = rows.slice(start, start + ROWS_PER_PART);
    if (format === 'csv') parts.push(new Blob(some.map((item) => csvLine(fieldsOf(item, names)))));
    else parts.push(new Blob([start === 0 ? '\n' : ',\n', some.map((item) => JSON.stringify(item)).join(',\n')]));
    if (slicer.isDue) await slicer.yieldToMain();
  }
  if (format === 'json') parts.push(new Blob(['\n]\n']));
  return new Blob(parts, { type });
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
