import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { Problem, type FieldError } from '#problem';

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
      exceptionFactory: (errors) => new FieldFaults(errors),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (isDeeper(value, MAX_DEPTH))
      throw new Problem('invalid-request', 'The body is nested deeper than anything this service takes.');
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      throw error instanceof FieldFaults ? invalidRequest(error.errors, metadata) : error;
    }
  }
}

/** Carries the faults out of the pipe's factory, which does not know whether they are of a body or of a query. */
class FieldFaults extends Error {
  constructor(readonly errors: readonly ValidationError[]) {
    super('The input has faults.');
  }
}

function invalidRequest(errors: readonly ValidationError[], { type }: ArgumentMetadata): Problem {
  const start = type === 'query' ? '?' : '/';
  const faults = errors.flatMap((error) => fieldErrors(error, start));
  const detail = faults.map((fault) => `${fault.pointer.slice(1)} ${fault.detail}`).join('; ');
  return new Problem('invalid-request', detail, { errors: faults });
}

function fieldErrors({ property, constraints = {}, children = [] }: ValidationError, start: string): FieldError[] {
  const pointer = `${start}${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const [rule, message] = Object.entries(constraints)[0] ?? [];
  const detail = rule === 'whitelistValidation' ? 'is not known here' : message;
  return [
    ...(detail === undefined ? [] : [{ pointer, detail }]),
    ...children.flatMap((child) => fieldErrors(child, `${pointer}/`)),
  ];
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}
