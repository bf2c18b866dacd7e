import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { MayBeAbsent } from '../dto/may-be-absent.js';
import { PageQuery } from '../dto/page-query.dto.js';
import { NumberFromText } from '../dto/text-values.js';
import { MatchesExternalId } from '../dto/user.dto.js';
import { EXAMPLE } from '../integrations/documented-example.js';
import { EVERY_TEXT, FULL_EVERY_TEXT, SYNC_STATUSES, type SyncStatus } from './sync.dto.js';

const EVERY = { min: 60, max: 604_800, default: 3_600 };
const FULL_EVERY = { min: 3_600, max: 2_592_000, default: 86_400 };

function IsInterval({ min, max, default: fallback }: typeof EVERY, description: string): PropertyDecorator {
  const message = { message: `has to be a whole number of seconds from ${min} to ${max}` };
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: min, maximum: max, default: fallback, description }),
    MayBeAbsent(),
    IsInt(message),
    Min(min, message),
    Max(max, message),
  );
}

export class CreateSyncDto {
  @ApiProperty({ maxLength: 64, example: 'con_1f0c2a4b5d6e7f8091a2b3c4d5e6f708' })
  @IsString({ message: 'has to be the id of a connection' })
  @MaxLength(64, { message: 'is no id of a connection' })
  connectionId!: string;

  @ApiPropertyOptional({
    type: [String],
    example: [EXAMPLE.itemTypes[0]?.type],
    description: "Item types. Default: the integration's default types.",
  })
  @MayBeAbsent()
  @IsArray({ message: 'has to be a list of item types' })
  @ArrayMinSize(1, { message: 'has to be a list of item types' })
  @ArrayMaxSize(20, { message: 'has to be a list of at most 20 item types' })
  @Matches(/^[\w-]{1,128}$/, { each: true, message: 'has to be a list of item types' })
  types?: string[];

  @ApiPropertyOptional({
    description: "The provider's id of the item to keep the content of, for types that have a parent.",
  })
  @MayBeAbsent()
  @Matches(/^[\w.:/-]{1,256}$/, { message: 'has to be the id of an item' })
  parent?: string;

  @IsInterval(EVERY, EVERY_TEXT)
  everySeconds: number = EVERY.default;

  @IsInterval(FULL_EVERY, FULL_EVERY_TEXT)
  fullEverySeconds: number = FULL_EVERY.default;
}

export class UpdateSyncDto {
  @IsInterval(EVERY, EVERY_TEXT)
  everySeconds?: number;

  @IsInterval(FULL_EVERY, FULL_EVERY_TEXT)
  fullEverySeconds?: number;

  @ApiPropertyOptional({ description: 'A paused sync runs only when it is asked to.' })
  @MayBeAbsent()
  @IsBoolean({ message: 'has to be true or false' })
  paused?: boolean;
}

export class RunSyncDto {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'A full pass, which also finds what is gone.' })
  @MayBeAbsent()
  @IsBoolean({ message: 'has to be true or false' })
  full = false;
}

export class SyncQuery extends PageQuery {
  @ApiPropertyOptional({ maxLength: 64 })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @MaxLength(64, { message: 'is no id of a connection' })
  connectionId?: string;

  @ApiPropertyOptional({ example: 'acme' })
  @MayBeAbsent()
  @MatchesExternalId()
  orgId?: string;

  @ApiPropertyOptional({ example: 'ann' })
  @MayBeAbsent()
  @MatchesExternalId()
  userId?: string;

  @ApiPropertyOptional({ enum: SYNC_STATUSES, enumName: 'SyncStatus' })
  @MayBeAbsent()
  @IsIn(SYNC_STATUSES, { message: `has to be one of ${SYNC_STATUSES.join(', ')}` })
  status?: SyncStatus;
}

const WAIT = { message: 'has to be a whole number from 0 to 30' };

export class ChangesQuery extends PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 30,
    default: 0,
    description: 'How long to wait for a change where there is none.',
  })
  @MayBeAbsent()
  @NumberFromText()
  @IsInt(WAIT)
  @Min(0, WAIT)
  @Max(30, WAIT)
  waitSeconds = 0;
}

export class SyncItemsQuery extends PageQuery {
  @ApiPropertyOptional({ description: "One of the sync's types." })
  @MayBeAbsent()
  @Matches(/^[\w-]{1,128}$/, { message: 'has to be an item type' })
  type?: string;
}
