/** Reading what came from outside, without trusting its shape. */
export type Fields = Record<string, unknown>;

export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A non-empty string, or undefined. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** An integer given as a number or as decimal digits; NaN when present but not one, undefined when absent. */
export function integer(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isInteger(number) ? number : Number.NaN;
}

export const flag = (value: unknown): boolean => value === true || value === 'true' || value === '1';

export const strings = (value: unknown): string[] =>
  list(value).filter((entry): entry is string => typeof entry === 'string');
