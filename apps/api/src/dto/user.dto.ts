import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export const EXTERNAL_ID = /^[A-Za-z0-9_.@:-]{1,128}$/;
export const EXTERNAL_ID_MESSAGE = 'has to be 1 to 128 characters out of letters, digits and _ . @ : -';

/** The caller's own name for an organization or a user. */
export function IsExternalId(documentation: { example?: string; required?: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ pattern: EXTERNAL_ID.source, ...documentation }),
    Matches(EXTERNAL_ID, { message: EXTERNAL_ID_MESSAGE }),
  );
}

/** The owner of a connection. */
export class UserDto {
  @IsExternalId({ example: 'acme' })
  orgId!: string;

  @IsExternalId({ example: 'ann' })
  userId!: string;
}
