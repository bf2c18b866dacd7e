import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { isoTime } from '../dto/iso-time.js';
import { ActorDto } from '../access/actor.dto.js';
import { CONNECTION_EVENT_TYPES, type ConnectionEventType } from '../audit/audit-event.js';
import type { AuditPage } from './audit-log.js';

/** An entry of the audit log: something that was done with a connection. */
export class AuditEntryDto {
  @ApiProperty({ example: 'evt_1795206050087', description: 'Unique within a connection.' })
  id!: string;

  @ApiProperty({ enum: CONNECTION_EVENT_TYPES, enumName: 'AuditEntryType' })
  type!: ConnectionEventType;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty()
  actor!: ActorDto;

  @ApiPropertyOptional({ type: String, example: 'invalid_grant' })
  detail?: string | undefined;
}

export class AuditLogPage {
  @ApiProperty({ type: [AuditEntryDto], description: 'Newest first.' })
  events!: AuditEntryDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; `null` on the last one.' })
  nextCursor!: string | null;

  static of({ entries, nextCursor }: AuditPage): AuditLogPage {
    const events = entries.map(({ number, type, at, actor, detail }) => ({
      id: `evt_${number}`,
      type,
      at: isoTime(at),
      actor: { kind: actor.kind, id: actor.id },
      detail,
    }));
    return { events, nextCursor };
  }
}
