import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { MayBeAbsent } from './may-be-absent.js';
import { NumberFromText } from './text-values.js';

const LIMIT_MESSAGE = { message: 'has to be a whole number from 1 to 1000' };

export class PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, default: 100 })
  @MayBeAbsent()
  @NumberFromText()
  @IsInt(LIMIT_MESSAGE)
  @Min(1, LIMIT_MESSAGE)
  @Max(1000, LIMIT_MESSAGE)
  limit = 100;

  @ApiPropertyOptional({ description: '`nextCursor` of the previous page.' })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @MaxLength(16_384, { message: 'is no cursor of this service' })
  cursor?: string;
}
