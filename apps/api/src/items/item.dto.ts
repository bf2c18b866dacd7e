import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  IntersectionType,
  OmitType,
  getSchemaPath,
} from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { commaSeparated } from '../dto/comma-separated.js';
import { ProblemDto } from '../dto/problem.dto.js';
import { UserDto } from '../dto/user.dto.js';
import { definitions } from '../integrations/definitions.js';
import { PageQuery } from '../dto/page-query.dto.js';
import { IntegrationItem } from '../integrations/integration-item.js';

/** What of an account is loaded. */
export class LoadDto extends PageQuery {
  @ApiPropertyOptional({
    type: [String],
    example: [definitions[0].itemTypes[0].type],
    description: "Item types; the integration's default ones if not given. A list, or a text with commas.",
  })
  @IsOptional()
  @Transform(commaSeparated)
  @ArrayMaxSize(20, { message: 'has to be a list of item types' })
  @Matches(/^[a-z-]{1,32}$/, { each: true, message: 'has to be a list of item types' })
  types?: string[];

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Only what changed since then, as far as the provider tells.',
  })
  @IsOptional()
  @IsISO8601({ strict: true }, { message: 'has to be an ISO 8601 time' })
  updatedSince?: string;

  @ApiPropertyOptional({
    description: "The provider's id of the item to look in, for types that want one.",
  })
  @IsOptional()
  @Matches(/^[\w.:/-]{1,256}$/, { message: 'has to be the id of an item' })
  parent?: string;
}

export class UserLoadDto extends IntersectionType(UserDto, LoadDto) {
  @ApiPropertyOptional({ description: "One of the user's connections; the one connected last if not given." })
  @IsOptional()
  @IsString({ message: 'has to be a text' })
  @MaxLength(64, { message: 'is no id of a connection' })
  connectionId?: string;
}

export class IncompleteListDto {
  @ApiProperty({ example: definitions[0].itemTypes[0].type })
  type!: string;

  @ApiProperty({ type: String, nullable: true, description: "The provider's id of what the list is in." })
  parentId!: string | null;

  @ApiProperty({ type: ProblemDto, description: 'Why it could not be read.' })
  problem!: ProblemDto;
}

const INCOMPLETE = 'What could not be read, or not as a whole; absent where all was.';

export class ItemPage {
  @ApiProperty({ type: [IntegrationItem] })
  items!: IntegrationItem[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; `null` on the last one.' })
  nextCursor!: string | null;

  @ApiPropertyOptional({ type: [IncompleteListDto], description: `Only on the last page. ${INCOMPLETE}` })
  incomplete?: IncompleteListDto[];
}

class LoadProgress {
  @ApiProperty({ description: 'Given out so far, in this answer.' })
  items!: number;

  @ApiProperty({ description: 'Pages that the provider gave.' })
  pages!: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  byType!: Record<string, number>;

  @ApiProperty({ description: "Milliseconds until the provider's limits let it go on; 0: it does." })
  waitingMs!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Goes on after what this answer has given before this line.',
  })
  resumeCursor!: string | null;
}

export class LoadSummary extends OmitType(LoadProgress, ['waitingMs', 'resumeCursor']) {
  @ApiProperty({ description: 'False: `problem` says why, and `resumeCursor` gives the rest.' })
  complete!: boolean;

  @ApiPropertyOptional({ type: ProblemDto })
  problem?: ProblemDto | undefined;

  @ApiPropertyOptional({ type: [IncompleteListDto], description: INCOMPLETE })
  incomplete?: IncompleteListDto[] | undefined;

  @ApiProperty({ description: 'Items that the provider gave again; each was given out once.' })
  duplicates!: number;

  @ApiProperty()
  emptyPages!: number;

  @ApiProperty({ description: 'Calls that were sent again.' })
  retries!: number;

  @ApiProperty({ description: 'Lists that were begun again because the provider had forgotten the position.' })
  restarts!: number;

  @ApiProperty({ description: "Milliseconds that the provider's limits took." })
  waitedMs!: number;

  @ApiProperty()
  durationMs!: number;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['provider', 'filtered'] },
    description: 'With `updatedSince`, by type: the provider told what had changed, or all was read and filtered here.',
  })
  changes?: Record<string, 'provider' | 'filtered'> | undefined;

  @ApiProperty({
    format: 'date-time',
    description: '`updatedSince` of a later load that shall give what changes from now on.',
  })
  nextUpdatedSince!: string;

  @ApiProperty({ type: String, nullable: true })
  resumeCursor!: string | null;
}

/** One line of a streamed load: exactly one of the three. An answer without an `end` was cut. */
class LoadLine {
  @ApiPropertyOptional({ type: IntegrationItem })
  item?: IntegrationItem;

  @ApiPropertyOptional({ type: LoadProgress })
  progress?: LoadProgress;

  @ApiPropertyOptional({ type: LoadSummary })
  end?: LoadSummary;
}

/** A page, or the lines of a whole load. */
export const ApiItems = (): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(ItemPage, LoadLine),
    ApiResponse({
      status: 200,
      description: 'Done.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(ItemPage) } },
        'application/x-ndjson': { schema: { $ref: getSchemaPath(LoadLine) } },
      },
    }),
  );
