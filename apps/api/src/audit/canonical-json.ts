export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * RFC 8785: of all JSON texts for a value the one that is hashed. Members are sorted by the UTF-16 code units of their names, which is
 * how JavaScript compares strings; numbers and strings are written as `JSON.stringify` does.
 * @throws RangeError for what has no such text: numbers that are not finite, and surrogates without their other half
 */
export function canonicalJson(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`).join()}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('A number in JSON is finite');
  if (typeof value === 'string' && !value.isWellFormed()) throw new RangeError('A text in JSON is well-formed Unicode');
  return JSON.stringify(value);
}

/** `Array.isArray` does not narrow to a readonly array. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
