import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsString, Length } from 'class-validator';
import { SCOPES, type Scope } from '../../access/access.decorator.js';
import { MayBeAbsent } from '../../dto/may-be-absent.js';
import { IsFutureTime } from '../../dto/request-time.js';
import { ListFromText } from '../../dto/text-values.js';
import { MatchesExternalId } from '../../dto/user.dto.js';
import { isoTime } from '../../dto/iso-time.js';
import type { ApiKeyRecord } from './api-key.js';

export class NewKeyDto {
  @ApiProperty({ example: 'back end', description: 'Tells keys apart in lists.' })
  @IsString({ message: 'has to be a text' })
  @Length(1, 128, { message: 'has to be 1 to 128 characters' })
  name!: string;

  @ApiProperty({ enum: SCOPES, enumName: 'Scope', isArray: true, example: ['connections:read', 'items:read'] })
  @ListFromText()
  @ArrayMinSize(1, { message: `has to be a list out of ${SCOPES.join(', ')}` })
  @IsIn(SCOPES, { each: true, message: `has to be a list out of ${SCOPES.join(', ')}` })
  scopes!: Scope[];

  @ApiPropertyOptional({
    type: [String],
    example: ['acme'],
    description: 'Organisations that the key is limited to; all if not given.',
  })
  @MayBeAbsent()
  @ListFromText()
  @ArrayMinSize(1, { message: 'has to name at least one organization, or be left out' })
  @ArrayMaxSize(1000, { message: 'has to be at most 1000 organizations' })
  @MatchesExternalId({ each: true })
  @IsArray({ message: 'has to be a list' })
  orgIds?: string[];

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'When the key expires; never if not given.' })
  @MayBeAbsent()
  @IsFutureTime()
  expiresAt?: Date;
}

export class KeyDto {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: SCOPES, enumName: 'Scope', isArray: true })
  scopes!: Scope[];

  @ApiProperty({ type: [String], nullable: true, description: '`null`: all organizations.' })
  orgIds!: string[] | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  expiresAt!: string | null;

  static of({ id, name, scopes, orgIds, createdAt, expiresAt }: ApiKeyRecord): KeyDto {
    return {
      id,
      name,
      scopes,
      orgIds,
      createdAt: isoTime(createdAt),
      expiresAt: expiresAt === null ? null : isoTime(expiresAt),
    };
  }
}

export class CreatedKeyDto extends KeyDto {
  @ApiProperty({ description: 'Shown only once; the service keeps only its hash.' })
  key!: string;
}

export class KeyList {
  @ApiProperty({ type: [KeyDto], description: 'Newest first.' })
  keys!: KeyDto[];
}
