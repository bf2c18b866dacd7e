import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from '../dto/problem.dto.js';
import { EXAMPLE } from '../integrations/documented-example.js';
import { IntegrationItem } from '../integrations/integration-item.js';
import { EVIDENCE, OUTCOMES, type Evidence, type Run } from './sync-records.js';

export const SYNC_STATUSES = ['active', 'paused', 'failing', 'needs-reconnect'] as const;
export type SyncStatus = (typeof SYNC_STATUSES)[number];

export const EVERY_TEXT = 'Seconds between runs.';
export const FULL_EVERY_TEXT = 'Seconds between full passes, which find what is gone.';

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

class ChangePage {
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
