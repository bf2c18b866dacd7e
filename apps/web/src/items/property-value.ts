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

/** Of files, people and links: what stands for the whole object on the screen. */
const NAMES = ['title', 'name', 'filename', 'label', 'text', 'email', 'url'];

/** For the screen: times are in the user's language and time zone, and objects have their names. */
export function formatProperty(value: unknown): string {
  if (isTime(value)) return formatDateTime(value) ?? value;
  if (Array.isArray(value)) return isBlank(value) ? texts.values.none : value.map(formatProperty).join(', ');
  if (typeof value !== 'object' || value === null) return propertyText(value);
  const object = value as Record<string, unknown>;
  // A list of which the provider gave only the beginning.
  if (Array.isArray(object['values'])) return `${formatProperty(object['values'])}${object['hasMore'] ? ', …' : ''}`;
  const name = NAMES.map((key) => object[key]).find((one) => typeof one === 'string' && one !== '');
  return name === undefined ? propertyText(value) : (name as string);
}

export const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(Z|[+-]\d\d:?\d\d)$/.test(value);

export const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
