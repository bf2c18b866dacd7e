import { isObject, optional, type JsonObject } from '@causeway/http-client';

/** In place of a value of which the provider gave a part, or nothing. */
export interface PartialValue {
  values: unknown[];
  hasMore: true;
}

/** The values of a page's properties by name: texts, numbers, booleans, lists of these, or objects where a kind has several parts. */
export function propertyValues(properties: JsonObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, propertyValue(optional.object(property))]),
  );
}

export function plainText(richText: unknown): string | null {
  const text = listOf(richText).map((part) => optional.string(optional.object(part)['plain_text']) ?? '');
  return text.join('') || null;
}

function propertyValue(property: JsonObject): unknown {
  const kind = optional.string(property['type']) ?? '';
  const value = kind === 'rollup' ? rollupValue(optional.object(property[kind])) : valueOf(kind, property[kind]);
  return property['has_more'] === true ? partial(value) : value;
}

/** Text runs that are not known to be all are one value, as they would be if they were. */
function partial(value: unknown): PartialValue {
  return { values: Array.isArray(value) ? value : value === null ? [] : [value], hasMore: true };
}

/** A list has the values of all related pages, flat. */
function rollupValue(rollup: JsonObject): unknown {
  const kind = optional.string(rollup['type']) ?? '';
  if (kind !== 'array') return valueOf(kind, rollup[kind]);
  return optional.array(rollup['array']).flatMap((entry) => {
    const property = optional.object(entry);
    const entryKind = optional.string(property['type']) ?? '';
    return valueOf(entryKind, property[entryKind]);
  });
}

/** Kinds that are not named, such as `number`, `checkbox` and `url`, have their values as they are; so will kinds that Notion adds. */
function valueOf(kind: string, value: unknown): unknown {
  switch (kind) {
    case 'title':
    case 'rich_text':
      return plainText(value);
    case 'select':
    case 'status':
    case 'created_by':
    case 'last_edited_by':
      return nameOrId(value);
    case 'multi_select':
    case 'people':
      return listOf(value).map(nameOrId);
    case 'relation':
      return listOf(value).map((related) => optional.string(optional.object(related)['id']));
    case 'files':
      return listOf(value).map(file);
    case 'date':
      return dateText(value);
    case 'formula':
      return formulaResult(optional.object(value));
    case 'unique_id':
      return uniqueId(optional.object(value));
    case 'place':
      return isObject(value) ? place(value) : null;
    case 'verification':
      return isObject(value) ? verification(value) : null;
    case 'button':
      return null;
    // Notion computes it, but not for its API.
    case 'unsupported':
    case 'incomplete':
      return partial(null);
    default:
      return value ?? null;
  }
}

function formulaResult(result: JsonObject): unknown {
  const kind = optional.string(result['type']) ?? '';
  const value = result[kind];
  if (kind === 'date') return dateText(value);
  return kind === 'unsupported' ? partial(null) : (value ?? null);
}

/** The property endpoint gives the entries of a list one by one. */
function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : isObject(value) ? [value] : [];
}

/** Without the capability to read user information, people have only an id. */
function nameOrId(value: unknown): string | null {
  const { name, id } = optional.object(value);
  return optional.string(name) ?? optional.string(id);
}

/** Links to files that Notion keeps are signed anew in every response, and expire within the hour. */
function file(value: unknown): { name: string | null; url: string | null } {
  const { name, external } = optional.object(value);
  return { name: optional.string(name), url: optional.string(optional.object(external)['url']) };
}

/** ISO 8601, as an interval if the date has an end, with the name of the time zone as in RFC 9557 if the times have no offset. */
function dateText(value: unknown): string | null {
  const { start, end, time_zone: timeZone } = optional.object(value);
  const suffix = typeof timeZone === 'string' ? `[${timeZone}]` : '';
  const [from, to] = [optional.string(start), optional.string(end)];
  if (to !== null) return `${from === null ? '..' : from + suffix}/${to}${suffix}`;
  return from === null ? null : from + suffix;
}

function uniqueId({ prefix, number }: JsonObject): unknown {
  return typeof prefix === 'string' && typeof number === 'number' ? `${prefix}-${number}` : (number ?? null);
}

function place({ name, address, lat, lon }: JsonObject) {
  return {
    name: optional.string(name),
    address: optional.string(address),
    lat: optional.number(lat),
    lon: optional.number(lon),
  };
}

function verification({ state, verified_by: verifiedBy, date }: JsonObject) {
  return { state: optional.string(state), verified_by: nameOrId(verifiedBy), date: dateText(date) };
}
