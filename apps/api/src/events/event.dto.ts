import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { isoTime } from '../iso-time.js';
import { ACTOR_KINDS } from './actor.js';
import type { TrailPage } from './audit-trail.js';
import { HAPPENING_TYPES } from './happening.js';

export class ActorDto {
  @ApiProperty({ enum: ACTOR_KINDS, enumName: 'ActorKind' })
  kind!: (typeof ACTOR_KINDS)[number];

  @ApiProperty({ type: String, nullable: true, description: 'Of the key, the session or the user.' })
  id!: string | null;
}

/** Something that was done with a connection. */
export class EventDto {
  @ApiProperty({ example: 'evt_1795206050087', description: 'Unique within a connection.' })
  id!: string;

  @ApiProperty({ enum: HAPPENING_TYPES, enumName: 'EventType' })
  type!: (typeof HAPPENING_TYPES)[number];

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty()
  actor!: ActorDto;

  @ApiPropertyOptional({ example: 'invalid_grant' })
  detail?: string;
}

export class EventPage {
  @ApiProperty({ type: [EventDto], description: 'Newest first.' })
  events!: EventDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; `null` on the last one.' })
  nextCursor!: string | null;

  static of({ happenings, nextCursor }: TrailPage): EventPage {
    const events = happenings.map(({ number, type, at, actor, detail }) => ({
      id: `evt_${number}`,
      type,
      at: isoTime(at),
      actor: { kind: actor.kind, id: actor.id },
      ...(detail === undefined ? {} : { detail }),
    }));
    return { events, nextCursor };
  }
}

export class EventQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'has to be a whole number from 1 to 1000' })
  @Min(1, { message: 'has to be a whole number from 1 to 1000' })
  @Max(1000, { message: 'has to be a whole number from 1 to 1000' })
  limit = 100;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before.' })
  @IsOptional()
  @IsString({ message: 'has to be a text' })
  @MaxLength(4096, { message: 'is no cursor of this service' })
  cursor?: string;
}
