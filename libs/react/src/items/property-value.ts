import { ITEM_TEXTS, type ItemTexts } from './item-texts.js';

/** Providers put all kinds of values in properties: texts, numbers, lists, objects. */
export function propertyText(value: unknown, texts: ItemTexts = ITEM_TEXTS): string {
  if (isBlank(value)) return texts.none;
  if (typeof value === 'boolean') return value ? texts.yes : texts.no;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) ? value.map((one) => propertyText(one, texts)).join(', ') : JSON.stringify(value);
}

/** Of files, people and links: what stands for the whole object on the screen. */
const NAMES = ['title', 'name', 'filename', 'label', 'text', 'email', 'url'];

/** For the screen: times are in the user's language and time zone, and objects have their names. */
export function formatProperty(value: unknown, texts: ItemTexts = ITEM_TEXTS): string {
  if (isTime(value)) return formatDateTime(value);
  if (Array.isArray(value))
    return isBlank(value) ? texts.none : value.map((one) => formatProperty(one, texts)).join(', ');
  if (typeof value !== 'object' || value === null) return propertyText(value, texts);
  const object = value as Record<string, unknown>;
  // A list of which the provider gave only the beginning.
  if (Array.isArray(object['values']))
    return `${formatProperty(object['values'], texts)}${object['hasMore'] ? ', …' : ''}`;
  const name = NAMES.map((key) => object[key]).find((one) => typeof one === 'string' && one !== '');
  return name === undefined ? propertyText(value, texts) : (name as string);
}

export const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(Z|[+-]\d\d:?\d\d)$/.test(value);

export const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** In the user's language and time zone. A provider's text that is no time stays as it is. */
export function formatDateTime(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : format.format(date);
}
