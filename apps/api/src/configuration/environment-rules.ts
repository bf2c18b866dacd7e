import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, Matches, Max, Min, ValidateBy, type ValidationOptions } from 'class-validator';

export function IsWholeNumber(min: number, max: number, message: string): PropertyDecorator {
  return applyDecorators(
    // Anything but digits stays a string, for IsInt to reject.
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value,
    ),
    IsInt({ message }),
    Min(min, { message }),
    Max(max, { message }),
  );
}

export function IsPort(): PropertyDecorator {
  return IsWholeNumber(1, 65_535, 'has to be a whole number from 1 to 65535');
}

/** A comma-separated list of what matches the pattern. */
export function IsListOf(pattern: RegExp, message: string): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? splitList(value) : undefined)),
    Matches(pattern, { each: true, message }),
  );
}

function splitList(list: string): string[] {
  const parts = list.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

export const IsOrigin = rule('isOrigin', (text) => isHttpUrl(text, 'origin'));

export const IsOrigins = rule('isOrigins', (text) =>
  text.split(',').every((part) => isHttpUrl(part.trim().replace(/\/$/, ''), 'origin')),
);

/** May have a path and a query, but no user, password or fragment. */
export const IsEndpointUrl = rule('isEndpointUrl', (text) => isHttpUrl(text, 'endpoint'));

export const IsDatabaseUrl = rule('isDatabaseUrl', (text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  return ['postgres:', 'postgresql:'].includes(protocol) && hostname !== '' && /^\/[^/]+$/.test(pathname);
});

/** Random keys have far more; a word, or a key of zeros, has fewer. */
const LEAST_DIFFERENT = { bytes: 16, characters: 8 };
/** What somebody types who has to fill a length repeats no more than that. */
const LONGEST_REPEATED = 12;

/** Each entry `id:base64` is of bytes that may be random. */
export const AreRandomKeys = (options: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'areRandomKeys',
      validator: {
        validate: (entry: unknown) => isRandom(Buffer.from(String(entry).split(':')[1] ?? '', 'base64')),
      },
    },
    { ...options, each: true },
  );

/** Random bytes are never all printable, and never count up or down: those are texts and samples. */
function isRandom(bytes: Buffer): boolean {
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const steps = new Set([...bytes.subarray(1)].map((byte, index) => (byte - (bytes[index] ?? 0)) & 0xff));
  return new Set(bytes).size >= LEAST_DIFFERENT.bytes && !isText && steps.size > 1;
}

export const IsVaried = rule(
  'isVaried',
  (text) => new Set(text).size >= LEAST_DIFFERENT.characters && !isRepetition(text),
);

function isRepetition(text: string): boolean {
  for (let length = 1; length <= LONGEST_REPEATED; length += 1)
    if (text.slice(length) === text.slice(0, -length)) return true;
  return false;
}

function rule(name: string, test: (text: string) => boolean): (options: ValidationOptions) => PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && test(value);
  return (options) => ValidateBy({ name, validator: { validate } }, options);
}

function isHttpUrl(text: string, kind: 'origin' | 'endpoint'): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return kind === 'endpoint' || (url.pathname === '/' && url.search === '');
}
