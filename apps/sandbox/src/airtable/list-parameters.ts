import type { MockRequest } from '../core/request.js';
import { fields, flag, integer, list, strings, text } from '../core/fields.js';
import { invalidRequest } from './errors.js';

export interface Sort {
  field: string;
  descending: boolean;
}

export interface ListParameters {
  pageSize: number;
  maxRecords: number;
  offset: string | undefined;
  fields: string[];
  formula: string | undefined;
  view: string | undefined;
  sort: Sort[];
  byFieldId: boolean;
  commentCount: boolean;
}

/** From the query of a GET (`fields[]=`, `sort[0][field]=`) or the body of POST …/listRecords. */
export function listParameters(request: MockRequest): ListParameters {
  const given = request.method === 'POST' ? request.body : unbracket(request.query);
  const pageSize = integer(given['pageSize']) ?? 100;
  const maxRecords = integer(given['maxRecords']) ?? Infinity;
  if (!(pageSize >= 1 && pageSize <= 100) || !(maxRecords >= 1)) {
    throw invalidRequest();
  }
  return {
    pageSize,
    maxRecords,
    offset: text(given['offset']),
    fields: strings(given['fields']),
    formula: text(given['filterByFormula']),
    view: text(given['view']),
    sort: list(given['sort']).map((entry) => {
      const { field, direction } = fields(entry);
      return { field: text(field) ?? '', descending: direction === 'desc' };
    }),
    byFieldId: flag(given['returnFieldsByFieldId']),
    commentCount: strings(given['recordMetadata']).includes('commentCount'),
  };
}

/** `a[]`, `a[0]` and `a[0][b]` to arrays and objects, one level deep, which is all that this API uses. */
function unbracket(query: MockRequest['query']): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query)) {
    const [, array, position, key] = /^(\w+)\[(\d*)\](?:\[(\w+)\])?$/.exec(name) ?? [];
    if (array === undefined) result[name] = value;
    else {
      const entries = list(result[array]);
      if (key === undefined) entries.push(...[value ?? []].flat());
      else entries[Number(position)] = { ...fields(entries[Number(position)]), [key]: value };
      result[array] = entries;
    }
  }
  return result;
}
