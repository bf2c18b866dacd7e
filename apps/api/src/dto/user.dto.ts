import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Matches, type ValidationOptions } from 'class-validator';

/** Printable ASCII without `" < > \ ^ { }` and the backtick. */
const EXTERNAL_ID = /^[!#-;=?-[\]_a-z|~]{1,255}$/;
const MESSAGE = 'has to be 1 to 255 characters of printable ASCII without blanks and without " < > \\ ^ { } `';

/** The caller's own name for an organization or a user. */
export function IsExternalId(documentation: { example?: string; required?: boolean } = {}): PropertyDecorator {
  return applyDecorators(ApiProperty({ pattern: EXTERNAL_ID.source, ...documentation }), MatchesExternalId());
}

export function MatchesExternalId(options: Pick<ValidationOptions, 'each'> = {}): PropertyDecorator {
  return Matches(EXTERNAL_ID, { ...options, message: MESSAGE });
}

/** The owner of a connection. */
export class UserDto {
  @IsExternalId({ example: 'acme' })
  orgId!: string;

  @IsExternalId({ example: 'ann' })
  userId!: string;
}
