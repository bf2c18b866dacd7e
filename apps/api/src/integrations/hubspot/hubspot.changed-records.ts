import { optional } from '@causeway/http-client';
import type { ChangedItem } from '../provider-webhook.js';
import { OBJECTS } from './hubspot.objects.js';

const TYPES_BY_ID = new Map([...OBJECTS].map(([type, { typeId }]) => [typeId, type]));
/** A custom object, whose name an event does not have. */
const CUSTOM_OBJECT = /^2-\d+$/;

/** `null`: it is of an item type that the event does not name; `undefined`: it is of none. */
export function typeOf(object: string, typeId: unknown): string | null | undefined {
  const id = optional.string(typeId);
  if (id === null) return OBJECTS.has(object) ? object : undefined;
  return CUSTOM_OBJECT.test(id) ? null : TYPES_BY_ID.get(id);
}

export function changed(
  type: string | null | undefined,
  ids: readonly string[],
  more: Pick<ChangedItem, 'wasDeleted'> = {},
): ChangedItem[] {
  if (type === undefined) return [];
  return ids.map((id) => ({ type, id, driveId: null, parentId: null, isDeleted: false, ...more }));
}

/** Records of two types may have the same id: what is of an unknown type is asked for. */
export function deleted(type: string | null | undefined, ids: readonly string[]): ChangedItem[] {
  return changed(type, ids).map((item) => ({ ...item, isDeleted: type !== null }));
}

/** An id is a number. One that is too large to be read as a number is not that of the record. */
export function idOf(value: unknown): string[] {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? [String(value)] : [];
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? [value] : [];
}
