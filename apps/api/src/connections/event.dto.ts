import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { isoTime } from '../dto/iso-time.js';
import { ACTOR_KINDS } from '../access/actor.js';
import type { TrailPage } from './audit-trail.js';
import { HAPPENING_TYPES } from './audit-entry.js';

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
