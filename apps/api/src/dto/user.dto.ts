import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export const CALLERS_NAME = /^[A-Za-z0-9_.@:-]{1,128}$/;
export const CALLERS_NAME_MESSAGE = 'has to be 1 to 128 characters out of letters, digits and _ . @ : -';

/** The caller's own name for an organisation or a user. */
export function IsCallersName(documentation: { example?: string; required?: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ pattern: CALLERS_NAME.source, ...documentation }),
    Matches(CALLERS_NAME, { message: CALLERS_NAME_MESSAGE }),
  );
}

/** Whose connection is meant. */
export class UserDto {
  @IsCallersName({ example: 'acme' })
  orgId!: string;

  @IsCallersName({ example: 'ann' })
  userId!: string;
}
