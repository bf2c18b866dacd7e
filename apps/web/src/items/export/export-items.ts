import type { Item } from '@causeway/client';
import type { LoadedItems } from '../load/loaded-items.js';
import { propertyText } from '../property-value.js';
import { Pace } from '../view/pace.js';
import { csvLine } from './csv.js';

export type Format = 'csv' | 'json';

const FIELDS = [
  'type',
  'id',
  'name',
  'parentId',
  'parentPathOrName',
  'creationTime',
  'lastModifiedTime',
  'url',
  'visibility',
] as const satisfies (keyof Item)[];

/** Spreadsheets take a text for UTF-8 only with this in front. */
const BYTE_ORDER_MARK = '\uFEFF';
const PART = 500;

/** The rows as they stand, in their order; every property has a column. Breathes: it may take a second. */
export async function exportItems(items: LoadedItems, order: readonly number[], format: Format): Promise<Blob> {
  const rows = order.flatMap((at) => items.rows[at] ?? []);
  const parts: string[] = [];
  const pace = new Pace();
  const types = new Set(rows.map(({ type }) => type));
  const names = [...new Set([...types].flatMap((type) => [...(items.properties.get(type)?.keys() ?? [])]))];
  if (format === 'csv') parts.push(BYTE_ORDER_MARK + csvLine([...FIELDS, ...names]));
  else parts.push('[');
  for (let from = 0; from < rows.length; from += PART) {
    const some = rows.slice(from, from + PART);
    if (format === 'csv') parts.push(some.map((item) => csvLine(fieldsOf(item, names))).join(''));
    else parts.push(some.map((item, at) => `${from + at === 0 ? '\n' : ',\n'}${JSON.stringify(item)}`).join(''));
    if (pace.isDue) await pace.breathe();
  }
  if (format === 'json') parts.push('\n]\n');
  return new Blob(parts, { type: format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json' });
}

function fieldsOf(item: Item, names: readonly string[]): string[] {
  return [
    ...FIELDS.map((field) => String(item[field] ?? '')),
    ...names.map((name) => {
      const value = item.properties[name];
      if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '';
      // For programs: `true`, not "Yes".
      return typeof value === 'boolean' ? String(value) : propertyText(value);
    }),
  ];
}

export function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
