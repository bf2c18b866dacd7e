import { isObject, optional } from '@causeway/http-client';

/** Members that hold what Airtable shows of a cell that is an object: barcodes, collaborators, attachments, buttons, AI texts, errors. */
const TEXT_MEMBERS = ['text', 'name', 'filename', 'label', 'value', 'error', 'specialValue', 'email', 'url'] as const;

/** Lookups of lookups nest lists; no cell of people nests them deeper. */
const MAX_DEPTH = 3;

/**
 * A cell as a text, for the name of a record: the primary field of a table may be a number, a date, a barcode, or a formula of anything.
 * Goes by the value, not by the field's type: a formula has the value of any other type, and Airtable adds types.
 * @returns `null` for an empty cell
 */
export function cellText(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    if (depth === MAX_DEPTH) return null;
    const texts = value.map((entry) => cellText(entry, depth + 1)).filter((text) => text !== null);
    return texts.join(', ') || null;
  }
  if (!isObject(value)) return null;
  const member = TEXT_MEMBERS.find((name) => optional.string(value[name]) !== null);
  return member === undefined ? null : optional.string(value[member]);
}
