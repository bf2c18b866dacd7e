import { Transform, type TransformOptions } from 'class-transformer';

/** The class-transformer group of queries and forms, whose values are all text. JSON has types of its own. */
export const TEXT_VALUES = 'text-values';

const ONLY_TEXT_VALUES: TransformOptions = { groups: [TEXT_VALUES] };

/** In queries and forms, digits are a number; anything else stays a text, which the validators reject. */
export function NumberFromText(): PropertyDecorator {
  return Transform(
    ({ value }: { value: unknown }) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
    ONLY_TEXT_VALUES,
  );
}

/** In queries and forms, `true` and `false` are a boolean; anything else stays a text, which the validators reject. */
export function BooleanFromText(): PropertyDecorator {
  const booleans = new Map<unknown, boolean>([
    ['true', true],
    ['false', false],
  ]);
  return Transform(({ value }: { value: unknown }) => booleans.get(value) ?? value, ONLY_TEXT_VALUES);
}

/** In queries and forms, a list is also a text with commas. */
export function ListFromText(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => splitText(value, ','), ONLY_TEXT_VALUES);
}

/** Everywhere, a list is also a text with commas or blanks, as the scopes of RFC 6749, 3.3. */
export function ListOrText(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => splitText(value, /[\s,]/));
}

function splitText(value: unknown, separator: string | RegExp): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
