import { UpstreamError } from './upstream-error.js';

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Readers of required fields in a provider's response body. They throw a `malformed` failure that names the field, never its value. */
export function readObject(value: unknown, name: string): JsonObject {
  if (!isObject(value)) throw malformed(name, 'an object');
  return value;
}

export function readArray(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw malformed(name, 'an array');
  return value;
}

/** Numbers become strings: several providers have changed ids from one to the other. */
export function readString(value: unknown, name: string): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string' || value === '') throw malformed(name, 'a string');
  return value;
}

/** Readers of optional fields: a missing value or one of another type is `null`, or empty. */
export const optional = {
  string: (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null),
  number: (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null),
  boolean: (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null),
  object: (value: unknown): JsonObject => (isObject(value) ? value : {}),
  array: (value: unknown): unknown[] => (Array.isArray(value) ? value : []),
  /** ISO 8601 in UTC, from an ISO text or from milliseconds. */
  time: (value: unknown): string | null => {
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    const time = new Date(value);
    return value === '' || Number.isNaN(time.getTime()) ? null : time.toISOString();
  },
};

function malformed(name: string, expected: string): UpstreamError {
  return new UpstreamError('malformed', { note: `Expected ${expected} in "${name}".` });
}
