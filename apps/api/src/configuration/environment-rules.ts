import { ValidateBy, type ValidationOptions } from 'class-validator';

/** Text to number; what is no whole number stays text, for `IsInt` to refuse. */
export function asWholeNumber({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
}

export function IsHttpUrl(options: ValidationOptions): PropertyDecorator {
  return ValidateBy({ name: 'isHttpUrl', validator: { validate: (value) => isHttpUrl(value, 'origin') } }, options);
}

/** A full URL with a path, maybe a query; no user and password, no fragment. */
export function IsEndpointUrl(options: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    { name: 'isEndpointUrl', validator: { validate: (value) => isHttpUrl(value, 'endpoint') } },
    options,
  );
}

export function IsOrigins(options: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isOrigins',
      validator: {
        validate: (value) =>
          typeof value === 'string' &&
          value.split(',').every((part) => isHttpUrl(part.trim().replace(/\/$/, ''), 'origin')),
      },
    },
    options,
  );
}

function isHttpUrl(value: unknown, kind: 'origin' | 'endpoint'): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return kind === 'endpoint' || (url.pathname === '/' && url.search === '');
}
