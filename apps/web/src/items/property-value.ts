import { formatDateTime } from '../layout/date-time.js';
import { texts } from '../texts.js';

/** Providers put all kinds of values in properties: texts, numbers, lists, objects. */
export function propertyText(value: unknown): string {
  if (isBlank(value)) return texts.values.none;
  if (typeof value === 'boolean') return value ? texts.values.yes : texts.values.no;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) ? value.map(propertyText).join(', ') : JSON.stringify(value);
}

/** For the screen: times are in the user's language and time zone. */
export function formatProperty(value: unknown): string {
  return isTime(value) ? (formatDateTime(value) ?? value) : propertyText(value);
}

export const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(Z|[+-]\d\d:?\d\d)$/.test(value);

export const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
