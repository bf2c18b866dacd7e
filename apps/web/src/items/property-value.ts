import { momentText } from '../layout/moment.js';
import { texts } from '../texts.js';

/** A property as text. Providers put everything in there: texts, numbers, lists, whole objects. */
export function propertyText(value: unknown): string {
  if (value === null || value === undefined || value === '') return texts.values.none;
  if (typeof value === 'boolean') return value ? texts.values.yes : texts.values.no;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? texts.values.none : value.map(propertyText).join(', ');
  return JSON.stringify(value);
}

/** As it is read on the screen: a time in the reader's language and zone. */
export function shownProperty(value: unknown): string {
  return isTime(value) ? (momentText(value) ?? value) : propertyText(value);
}

export const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(Z|[+-]\d\d:?\d\d)$/.test(value);
