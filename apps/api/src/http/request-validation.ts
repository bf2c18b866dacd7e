import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { Problem, type FieldError } from '@causeway/problem';

/** No body of this API nests deeper; far deeper ones would end the transformer's recursion with a stack overflow. */
const MAX_DEPTH = 8;

/** Everything that enters is checked against its class; what the class does not know is refused. */
export class RequestValidation extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      // Values of bad input never come back in an answer.
      validationError: { target: false, value: false },
      exceptionFactory: invalidRequest,
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // A text that is wanted as a text, and what our own decorators give: there is nothing to check or to make of it.
    if (metadata.type === 'custom' || (typeof value === 'string' && metadata.metatype === String)) return value;
    if (isDeeper(value, MAX_DEPTH)) {
      throw new Problem('invalid-request', 'The body is nested deeper than anything that this service takes.');
    }
    return super.transform(value, metadata);
  }
}

function invalidRequest(errors: readonly ValidationError[]): Problem {
  const faults = errors.flatMap((error) => fieldErrors(error, ''));
  const detail = faults.map((fault) => `${fault.pointer.slice(1)} ${fault.detail}`).join('; ');
  return new Problem('invalid-request', detail, { errors: faults });
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
