import { texts } from '../texts.js';

/** A property as text. Providers put everything in there: texts, numbers, lists, whole objects. */
export function propertyText(value: unknown): string {
  if (value === null || value === undefined || value === '') return texts.values.none;
  if (typeof value === 'boolean') return value ? texts.values.yes : texts.values.no;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return value.toLocaleString();
  if (Array.isArray(value)) return value.length === 0 ? texts.values.none : value.map(propertyText).join(', ');
  return JSON.stringify(value, null, 1);
}
