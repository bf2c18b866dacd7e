import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { Problem, type FieldError } from '@causeway/problem';

/** No body of this API nests deeper. The recursion of class-transformer would overflow the stack on far deeper ones. */
const MAX_DEPTH = 8;

/** Rejects properties that the DTO class does not declare. */
export class RequestValidation extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      // Responses never repeat input values.
      validationError: { target: false, value: false },
      exceptionFactory: invalidRequest,
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Path parameters and the values of our own decorators need no validation.
    if (metadata.type === 'custom' || (typeof value === 'string' && metadata.metatype === String)) return value;
    if (isDeeper(value, MAX_DEPTH)) {
      throw new Problem('invalid-request', 'The body is nested deeper than anything that this service takes.');
    }
    return super.transform(value, metadata);
  }
}

function invalidRequest(errors: readonly ValidationError[]): Problem {
  const fields = errors.flatMap((error) => fieldErrors(error, ''));
  const detail = fields.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; ');
  return new Problem('invalid-request', detail, { errors: fields });
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
