import type { Item } from '@causeway/client';

export const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const textOrNull = (value: unknown) => value === null || typeof value === 'string';
const timeOrNull = (value: unknown) => value === null || (typeof value === 'string' && ISO_UTC.test(value));
const isFlag = (value: unknown) => typeof value === 'boolean';
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every key of an item, always there, and what may stand behind it. */
const SHAPE: Record<keyof Item, (value: unknown) => boolean> = {
  id: isText,
  type: isText,
  name: textOrNull,
  directory: isFlag,
  parentId: textOrNull,
  parentPathOrName: textOrNull,
  creationTime: timeOrNull,
  lastModifiedTime: timeOrNull,
  url: (value) => value === null || (typeof value === 'string' && URL.canParse(value)),
  children: (value) => Array.isArray(value) && value.every(isText),
  mimeType: textOrNull,
  delta: textOrNull,
  driveId: textOrNull,
  visibility: isFlag,
  properties: isObject,
};

/** What is wrong with the shape of an item; nothing is good. */
export function itemFaults(item: Item): string[] {
  const found: Record<string, unknown> = { ...item };
  const wrong = Object.entries(SHAPE).filter(([key, fits]) => !(key in found) || !fits(found[key]));
  const strange = Object.keys(found).filter((key) => !(key in SHAPE));
  return [...wrong.map(([key]) => `${item.type} ${item.id}: ${key}`), ...strange.map((key) => `strange key ${key}`)];
}
