import { ValidationPipe, type ArgumentMetadata, type PipeTransform, type ValidationError } from '@nestjs/common';
import { Problem, type FieldError } from '@causeway/problem';
import { TEXT_VALUES } from '../dto/text-values.js';
import { isTextFields } from './text-fields.js';

/** No body of this API nests deeper. The recursion of class-transformer would overflow the stack on far deeper ones. */
const MAX_DEPTH = 8;

/** Nest and class-transformer drop these before `forbidNonWhitelisted` sees them. */
const isDropped = (name: string) => name === 'prototype' || name in Object.prototype;

const OTHER_NAMES = { org_id: 'orgId', user_id: 'userId' };

type Fields = Record<string, unknown>;

/** Rejects properties that the DTO class does not declare. */
export class RequestValidation implements PipeTransform {
  private readonly json = validationPipe([]);
  private readonly text = validationPipe([TEXT_VALUES]);

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Path parameters and the values of our own decorators need no validation.
    if (metadata.type === 'custom' || (typeof value === 'string' && metadata.metatype === String)) return value;
    if (isDeeper(value, MAX_DEPTH)) {
      throw new Problem('invalid-request', 'The body is nested deeper than anything that this service takes.');
    }
    if (!isFields(value)) return this.json.transform(value, metadata);
    return (isTextFields(value) ? this.text : this.json).transform(renamed(value), metadata);
  }
}

function validationPipe(groups: string[]): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    transformOptions: { groups },
    whitelist: true,
    forbidNonWhitelisted: true,
    // Responses never repeat input values.
    validationError: { target: false, value: false },
    exceptionFactory: invalidFields,
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws Problem `invalid-request` for a name that no DTO declares, and for two names of one property with different values */
function renamed(value: Fields): Fields {
  const unknown = Object.keys(value).filter(isDropped);
  if (unknown.length > 0) throw invalidRequest(unknown.map((name) => fieldError(name, 'is not known here')));
  const fields = { ...value };
  for (const [name, property] of Object.entries(OTHER_NAMES)) {
    if (!Object.hasOwn(fields, name)) continue;
    const { [name]: given } = fields;
    if (Object.hasOwn(fields, property) && fields[property] !== given)
      throw invalidRequest([fieldError(name, `has to be the same as ${property}, or left out`)]);
    delete fields[name];
    fields[property] = given;
  }
  return fields;
}

function fieldError(name: string, detail: string): FieldError {
  return { pointer: `/${name}`, detail };
}

function invalidFields(errors: readonly ValidationError[]): Problem {
  return invalidRequest(errors.flatMap((error) => fieldErrors(error, '')));
}

function invalidRequest(errors: FieldError[]): Problem {
  const detail = errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; ');
  return new Problem('invalid-request', detail, { errors });
}

function fieldErrors({ property, constraints = {}, children = [] }: ValidationError, path: string): FieldError[] {
  const pointer = `${path}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const [rule, message] = Object.entries(constraints)[0] ?? [];
  const detail = rule === 'whitelistValidation' ? 'is not known here' : message;
  return [
    ...(detail === undefined ? [] : [{ pointer, detail }]),
    ...children.flatMap((child) => fieldErrors(child, pointer)),
  ];
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}
