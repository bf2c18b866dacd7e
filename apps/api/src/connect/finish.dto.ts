import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { MayBeAbsent } from '../dto/may-be-absent.js';
import { IsExternalId } from '../dto/user.dto.js';

export class FinishDto {
  @ApiProperty({
    description: 'From the message of the callback page, or from `returnTo`. It works once, for five minutes.',
  })
  @IsString({ message: 'has to be a text' })
  @MinLength(1, { message: 'is missing' })
  @MaxLength(1024, { message: 'is no finish code of this service' })
  finishCode!: string;

  @MayBeAbsent()
  @IsExternalId({ example: 'acme', required: false })
  orgId?: string;

  @MayBeAbsent()
  @IsExternalId({ example: 'ann', required: false })
  userId?: string;
}
