import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { Problem, type FieldError } from '#problem';

/** Everything that enters is checked against its class; what the class does not know is refused. */
export function requestValidation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    // Values of bad input never come back in an answer.
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const faults = errors.flatMap((error) => fieldErrors(error, ''));
      return new Problem(
        'invalid-request',
        faults.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; '),
        {
          errors: faults,
        },
      );
    },
  });
}

function fieldErrors({ property, constraints = {}, children = [] }: ValidationError, path: string): FieldError[] {
  const pointer = `${path}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const details = Object.entries(constraints).map(([rule, message]) =>
    rule === 'whitelistValidation' ? 'is not known here' : message,
  );
  const [detail] = details;
  return [
    ...(detail === undefined ? [] : [{ pointer, detail }]),
    ...children.flatMap((child) => fieldErrors(child, pointer)),
  ];
}
