import { ValidateIf } from 'class-validator';

/** Not `IsOptional`, which takes `null` too. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}
