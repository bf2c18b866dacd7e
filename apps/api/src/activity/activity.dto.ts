import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import type { ProblemSlug } from '@causeway/problem';
import { ActorDto } from '../access/actor.dto.js';
import { isoTime } from '../dto/iso-time.js';
import { MayBeAbsent } from '../dto/may-be-absent.js';
import { PageQuery } from '../dto/page-query.dto.js';
import { IsTime } from '../dto/request-time.js';
import { MatchesExternalId } from '../dto/user.dto.js';
import { ACTIVITY_KINDS, hasFailed, type ActivityEntry, type ActivityKind } from './activity-entry.js';

const STATUSES = ['ok', 'failed'] as const;

export class ActivityQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'acme' })
  @MayBeAbsent()
  @MatchesExternalId()
  orgId?: string;

  @ApiPropertyOptional({ example: 'ann' })
  @MayBeAbsent()
  @MatchesExternalId()
  userId?: string;

  @ApiPropertyOptional({ description: 'Also of a connection that is gone.' })
  @MayBeAbsent()
  @Matches(/^con_[0-9a-f]{32}$/, { message: 'is no id of a connection' })
  connectionId?: string;

  @ApiPropertyOptional({
    description: 'Of a request to this service, as in a problem and in the `X-Request-Id` header.',
  })
  @MayBeAbsent()
  @Matches(/^[\w.:-]{1,64}$/, { message: 'is no id of a request' })
  requestId?: string;

  @ApiPropertyOptional({ enum: ACTIVITY_KINDS, enumName: 'ActivityKind' })
  @MayBeAbsent()
  @IsIn(ACTIVITY_KINDS, { message: `has to be one of ${ACTIVITY_KINDS.join(', ')}` })
  kind?: ActivityKind;

  @ApiPropertyOptional({ enum: STATUSES, description: '`failed`: a status of 400 or more, or no usable response.' })
  @MayBeAbsent()
  @IsIn(STATUSES, { message: `has to be one of ${STATUSES.join(', ')}` })
  status?: (typeof STATUSES)[number];

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Entries of this time and later ones.' })
  @MayBeAbsent()
  @IsTime()
  from?: Date;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Entries before this time.' })
  @MayBeAbsent()
  @IsTime()
  to?: Date;
}

export class ActivityEntryDto {
  @ApiProperty({ example: 'act_Zm9vYmFy1' })
  id!: string;

  @ApiProperty({ format: 'date-time', description: 'When it ended.' })
  at!: string;

  @ApiProperty({
    enum: ACTIVITY_KINDS,
    enumName: 'ActivityKind',
    description:
      '`proxy`: a request through the proxy. `load`: a page or a stream of items; of its calls, only those that failed have entries of their own. ' +
      '`call`: any other call to the API of the provider. `exchange`, `refresh`, `revoke`: requests to its token and revocation endpoints. ' +
      '`delivery`: an attempt to deliver a webhook to one of your endpoints.',
  })
  kind!: ActivityKind;

  @ApiProperty()
  ok!: boolean;

  @ApiProperty()
  integration!: string;

  @ApiProperty()
  orgId!: string;

  @ApiProperty()
  userId!: string;

  @ApiProperty({ description: 'Also of a connection that is gone.' })
  connectionId!: string;

  @ApiProperty({ description: 'Who asked for it.' })
  actor!: ActorDto;

  @ApiProperty({ type: String, nullable: true, description: 'Of the request to this service; `null`: nobody asked.' })
  requestId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'POST', description: '`null`: a load.' })
  method!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '/v1/databases/{id}/query',
    description: "In the provider's API, without values; of a delivery, the host of the endpoint; `null`: a load.",
  })
  path!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the last response; `null`: a load, or none came.' })
  status!: number | null;

  @ApiProperty({ type: 'integer', description: 'With waits and retries.' })
  durationMs!: number;

  @ApiProperty({ type: 'integer', description: 'Of a delivery: how many attempts there were before.' })
  retries!: number;

  @ApiProperty({ type: 'integer', description: 'Waited for rate limits, for `Retry-After`, and before retries.' })
  waitedMs!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'provider-rejected',
    description: 'The slug of what went wrong.',
  })
  problem!: ProblemSlug | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'contact,company',
    description: "The types of a load, the event of a delivery, or the provider's short error code.",
  })
  detail!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Pages of the provider that a load has read.' })
  pages!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Items that a load has given.' })
  items!: number | null;

  static of(entry: ActivityEntry): ActivityEntryDto {
    const { id, kind, integration, orgId, userId, connectionId, actor, requestId, durationMs } = entry;
    const { method, path, status, retries = 0, waitedMs = 0, problem, detail, pages, items } = entry;
    return {
      id,
      at: isoTime(entry.at),
      kind,
      ok: !hasFailed(entry),
      integration,
      orgId,
      userId,
      connectionId,
      actor,
      requestId,
      method: method ?? null,
      path: path ?? null,
      status: status ?? null,
      durationMs,
      retries,
      waitedMs,
      problem: problem ?? null,
      detail: detail ?? null,
      pages: pages ?? null,
      items: items ?? null,
    };
  }
}

export class ActivityPage {
  @ApiProperty({ type: [ActivityEntryDto], description: 'Newest first.' })
  entries!: ActivityEntryDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; `null` on the last one.' })
  nextCursor!: string | null;
}
