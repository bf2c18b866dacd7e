import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
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
import { ProblemDto } from '../dto/problem.dto.js';
import { NumberFromText } from '../dto/text-values.js';
import { MatchesExternalId } from '../dto/user.dto.js';
import { EXAMPLE } from '../integrations/documented-example.js';
import { IntegrationItem } from '../integrations/integration-item.js';
import { EVIDENCE, OUTCOMES, type Evidence, type Run } from './sync-records.js';

export const SYNC_STATUSES = ['active', 'paused', 'failing', 'needs-reconnect'] as const;
export type SyncStatus = (typeof SYNC_STATUSES)[number];

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

const EVERY_TEXT = 'Seconds between runs.';
const FULL_EVERY_TEXT = 'Seconds between full passes, which find what is gone.';

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

const time = { type: String, format: 'date-time', nullable: true } as const;

export class SyncRunDto implements Omit<Run, 'startedAt' | 'endedAt' | 'problem'> {
  @ApiProperty({ example: 'run_3' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  startedAt!: string;

  @ApiProperty(time)
  endedAt!: string | null;

  @ApiProperty({ enum: ['full', 'changes'], enumName: 'SyncRunKind' })
  kind!: 'full' | 'changes';

  @ApiProperty({ enum: OUTCOMES, enumName: 'SyncRunOutcome' })
  outcome!: Run['outcome'];

  @ApiProperty()
  added!: number;

  @ApiProperty()
  updated!: number;

  @ApiProperty()
  deleted!: number;

  @ApiProperty()
  unchanged!: number;

  @ApiProperty({ description: 'Requests to the provider.' })
  requests!: number;

  @ApiProperty({ description: "Milliseconds that the run waited for the provider's rate limits." })
  waitedMs!: number;

  @ApiProperty({ type: ProblemDto, nullable: true, description: 'Why the run is not complete.' })
  problem!: ProblemDto | null;
}

export class SyncDto {
  @ApiProperty({ example: 'syn_5c1d0f6e2a8b4c7d9e0f1a2b' })
  id!: string;

  @ApiProperty()
  connectionId!: string;

  @ApiProperty()
  orgId!: string;

  @ApiProperty()
  userId!: string;

  @ApiProperty({ example: EXAMPLE.id })
  integration!: string;

  @ApiProperty({ type: [String], example: [EXAMPLE.itemTypes[0]?.type] })
  types!: string[];

  @ApiProperty({ type: String, nullable: true })
  parent!: string | null;

  @ApiProperty({ description: EVERY_TEXT })
  everySeconds!: number;

  @ApiProperty({ description: FULL_EVERY_TEXT })
  fullEverySeconds!: number;

  @ApiProperty({ enum: SYNC_STATUSES, enumName: 'SyncStatus' })
  status!: SyncStatus;

  @ApiProperty({ description: 'How many items are known now.' })
  items!: number;

  @ApiProperty({ type: SyncRunDto, nullable: true, description: 'The newest run.' })
  lastRun!: SyncRunDto | null;

  @ApiProperty({ ...time, description: '`null`: not by itself, or a run goes on.' })
  nextRunAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

const nextCursor = { type: String, nullable: true, description: 'For the next page; `null` on the last one.' } as const;

export class SyncPage {
  @ApiProperty({ type: [SyncDto], description: 'Newest first.' })
  syncs!: SyncDto[];

  @ApiProperty(nextCursor)
  nextCursor!: string | null;
}

export class SyncRunPage {
  @ApiProperty({ type: [SyncRunDto], description: 'Newest first.' })
  runs!: SyncRunDto[];

  @ApiProperty(nextCursor)
  nextCursor!: string | null;
}

export class SyncItemPage {
  @ApiProperty({ type: [IntegrationItem] })
  items!: IntegrationItem[];

  @ApiProperty(nextCursor)
  nextCursor!: string | null;
}

export class ChangeDto {
  @ApiProperty({ enum: ['upsert', 'delete'], enumName: 'ChangeOperation' })
  op!: 'upsert' | 'delete';

  @ApiProperty({ example: EXAMPLE.itemTypes[0]?.type })
  type!: string;

  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  driveId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  parentId!: string | null;

  @ApiProperty({ type: IntegrationItem, nullable: true, description: '`null` for a delete.' })
  item!: IntegrationItem | null;

  @ApiProperty({
    type: String,
    enum: EVIDENCE,
    nullable: true,
    description:
      'Of a delete: `told`, the provider said so; `confirmed`, asked for by its id, it was gone; `inferred`, it was absent from a complete pass over a list that is documented to have all items.',
  })
  evidence!: Evidence | null;

  @ApiProperty({ format: 'date-time' })
  changedAt!: string;
}

export class ChangePage {
  @ApiProperty({ type: [ChangeDto], description: 'In their order: each item once, with its newest change.' })
  changes!: ChangeDto[];

  @ApiProperty({ description: 'Keep it once the changes are applied, and send it as `cursor` with the next request.' })
  nextCursor!: string;

  @ApiProperty({ description: 'Whether there are further changes now.' })
  more!: boolean;
}

class ChangesEnd {
  @ApiProperty()
  nextCursor!: string;
}

/** One line of a streamed feed: it has exactly one of the two. Without an `end` line the response was cut off. */
class ChangeLine {
  @ApiPropertyOptional({ type: ChangeDto })
  change?: ChangeDto;

  @ApiPropertyOptional({ type: ChangesEnd })
  end?: ChangesEnd;
}

/** Documents both response formats: a page as JSON, or all changes up to now as NDJSON. */
export const ApiChanges = (): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(ChangePage, ChangeLine),
    ApiResponse({
      status: 200,
      description: 'Done.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(ChangePage) } },
        'application/x-ndjson': { schema: { $ref: getSchemaPath(ChangeLine) } },
      },
    }),
  );
