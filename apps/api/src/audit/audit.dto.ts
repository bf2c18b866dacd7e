import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Length, IsString } from 'class-validator';
import { ActorDto } from '../access/actor.dto.js';
import { MayBeAbsent } from '../dto/may-be-absent.js';
import { PageQuery } from '../dto/page-query.dto.js';
import { IsTime } from '../dto/request-time.js';
import { MatchesExternalId } from '../dto/user.dto.js';
import { AUDIT_EVENT_TYPES, type AuditEventType } from './audit-event.js';

export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'acme' })
  @MayBeAbsent()
  @MatchesExternalId()
  orgId?: string;

  @ApiPropertyOptional({ enum: AUDIT_EVENT_TYPES, enumName: 'AuditEventType' })
  @MayBeAbsent()
  @IsIn(AUDIT_EVENT_TYPES, { message: `has to be one of ${AUDIT_EVENT_TYPES.join(', ')}` })
  type?: AuditEventType;

  @ApiPropertyOptional({
    maxLength: 255,
    description: 'The id of a key, a session or a user, or a kind of actor, such as `operator`.',
  })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @Length(1, 255, { message: 'has to be 1 to 255 characters' })
  actor?: string;

  @ApiPropertyOptional({ maxLength: 255, description: 'Also of a connection that is gone: who disconnected it.' })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @Length(1, 255, { message: 'has to be 1 to 255 characters' })
  connectionId?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Entries of this time and later ones.' })
  @MayBeAbsent()
  @IsTime()
  from?: Date;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Entries before this time.' })
  @MayBeAbsent()
  @IsTime()
  to?: Date;
}

const HASH = { pattern: '^[0-9a-f]{64}$' };

export class AuditEventDto {
  @ApiProperty({ example: 'aud_1795206050087', description: 'Numbers without gaps, in the order of the chain.' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ enum: AUDIT_EVENT_TYPES, enumName: 'AuditEventType' })
  type!: AuditEventType;

  @ApiProperty()
  actor!: ActorDto;

  @ApiProperty({ type: String, nullable: true, description: '`null`: of the whole installation.' })
  orgId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  userId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Also of a connection that is gone.' })
  connectionId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'invalid_grant' })
  detail!: string | null;

  @ApiProperty({ ...HASH, description: 'The `hash` of the entry before; of the very first one, zeros.' })
  previousHash!: string;

  @ApiProperty({
    ...HASH,
    description:
      'SHA-256 of `previousHash`, a line feed, and this entry without `hash` as canonical JSON (RFC 8785), in hexadecimal.',
  })
  hash!: string;
}

export class AuditEventPage {
  @ApiProperty({ type: [AuditEventDto], description: 'Newest first.' })
  events!: AuditEventDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; `null` on the last one.' })
  nextCursor!: string | null;
}
