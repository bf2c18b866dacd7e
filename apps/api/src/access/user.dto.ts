import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

const NAME = /^[A-Za-z0-9_.@:-]{1,128}$/;

/** The caller's own name for an organisation or a user. */
export function IsCallersName(documentation: { example?: string; required?: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ pattern: NAME.source, ...documentation }),
    Matches(NAME, { message: 'has to be 1 to 128 characters out of letters, digits and _ . @ : -' }),
  );
}

/** Whose connection is meant. */
export class UserDto {
  @IsCallersName({ example: 'acme' })
  orgId!: string;

  @IsCallersName({ example: 'ann' })
  userId!: string;
}
