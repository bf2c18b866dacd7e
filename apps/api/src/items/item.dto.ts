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
import { ArrayMaxSize, IsBoolean, IsString, Matches, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../dto/may-be-absent.js';
import { ProblemDto } from '../dto/problem.dto.js';
import { IsTime } from '../dto/request-time.js';
import { BooleanFromText, ListOrText } from '../dto/text-values.js';
import { UserDto } from '../dto/user.dto.js';
import { EXAMPLE } from '../integrations/documented-example.js';
import { PageQuery } from '../dto/page-query.dto.js';
import { IntegrationItem } from '../integrations/integration-item.js';

/** Selects the items to load. */
export class LoadDto extends PageQuery {
  @ApiPropertyOptional({
    type: [String],
    example: [EXAMPLE.itemTypes[0]?.type],
    description:
      "Item types, as a list or as a text with commas or blanks; types that only this account has by their names. Default: the integration's default types.",
  })
  @MayBeAbsent()
  @ListOrText()
  @ArrayMaxSize(20, { message: 'has to be a list of item types' })
  @Matches(/^[\w-]{1,128}$/, { each: true, message: 'has to be a list of item types' })
  types?: string[];

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description:
      'Returns only items that changed at this time or later. Items without a modification time are always returned.',
  })
  @MayBeAbsent()
  @IsTime()
  updatedSince?: Date;

  @ApiPropertyOptional({
    description: "The provider's id of the item whose children to load, for types that need a parent.",
  })
  @MayBeAbsent()
  @Matches(/^[\w.:/-]{1,256}$/, { message: 'has to be the id of an item' })
  parent?: string;

  @ApiPropertyOptional({
    type: [String],
    description:
      'Properties beyond the default ones, by the names that the provider has for them, or `all`. A list, or a text with commas or blanks.',
  })
  @MayBeAbsent()
  @ListOrText()
  @ArrayMaxSize(200, { message: 'has to be a list of at most 200 names, or "all"' })
  @Matches(/^\w{1,128}$/, { each: true, message: 'has to be a list of names of properties, or "all"' })
  properties?: string[];

  @ApiPropertyOptional({ description: 'Also what is archived, for types that the provider lists without it.' })
  @MayBeAbsent()
  @BooleanFromText()
  @IsBoolean({ message: 'has to be true or false' })
  archived?: boolean;
}

export class UserLoadDto extends IntersectionType(UserDto, LoadDto) {
  @ApiPropertyOptional({ description: "One of the user's connections. Default: the one that was connected last." })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @MaxLength(64, { message: 'is no id of a connection' })
  connectionId?: string;
}

export class IncompleteListDto {
  @ApiProperty({ example: EXAMPLE.itemTypes[0]?.type })
  type!: string;

  @ApiProperty({ type: String, nullable: true, description: "The provider's id of the item that the list belongs to." })
  parentId!: string | null;

  @ApiProperty({ type: ProblemDto, description: 'Why it could not be read.' })
  problem!: ProblemDto;
}

const INCOMPLETE = 'The lists that could not be read completely; absent if there are none.';

export class ItemPage {
  @ApiProperty({ type: [IntegrationItem] })
  items!: IntegrationItem[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; `null` on the last one.' })
  nextCursor!: string | null;

  @ApiPropertyOptional({ type: [IncompleteListDto], description: `Only on the last page. ${INCOMPLETE}` })
  incomplete?: IncompleteListDto[];
}

class LoadProgress {
  @ApiProperty({ description: 'The number of items sent so far in this response.' })
  items!: number;

  @ApiProperty({ description: 'The number of pages that the provider returned.' })
  pages!: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  byType!: Record<string, number>;

  @ApiProperty({
    description: "Milliseconds until the provider's rate limit allows the next request; 0: the load is not waiting.",
  })
  waitingMs!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Resumes after the items that this response has sent before this line.',
  })
  resumeCursor!: string | null;
}

export class LoadSummary extends OmitType(LoadProgress, ['waitingMs', 'resumeCursor']) {
  @ApiProperty({
    description: 'If false, `problem` or `incomplete` says why; `resumeCursor` loads the rest if it is not `null`.',
  })
  complete!: boolean;

  @ApiPropertyOptional({ type: ProblemDto })
  problem?: ProblemDto | undefined;

  @ApiPropertyOptional({ type: [IncompleteListDto], description: INCOMPLETE })
  incomplete?: IncompleteListDto[] | undefined;

  @ApiProperty({ description: 'The number of items that the provider returned more than once; each was sent once.' })
  duplicates!: number;

  @ApiProperty()
  emptyPages!: number;

  @ApiProperty({ description: 'The number of requests that were repeated.' })
  retries!: number;

  @ApiProperty({
    description:
      'The number of lists that were read again from the start because the provider no longer accepted its cursor.',
  })
  restarts!: number;

  @ApiProperty({ description: "Milliseconds that the load waited for the provider's rate limits." })
  waitedMs!: number;

  @ApiProperty()
  durationMs!: number;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['provider', 'filtered'] },
    description:
      'With `updatedSince`, for each type: whether the provider returned only changed items, or all items were read and filtered here.',
  })
  changes?: Record<string, 'provider' | 'filtered'> | undefined;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'boolean' },
    example: { page: false },
    description:
      "By type: whether the provider's list is documented to have all items. `complete` says that the whole of it was read; of a list that is not exhaustive, no item can be taken as deleted because it is absent.",
  })
  exhaustive!: Record<string, boolean>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Why the lists of these types are not exhaustive.',
  })
  notExhaustive?: Record<string, string> | undefined;

  @ApiProperty({
    format: 'date-time',
    description: 'The `updatedSince` for a later load that returns what changes after this one.',
  })
  nextUpdatedSince!: string;

  @ApiProperty({ type: String, nullable: true })
  resumeCursor!: string | null;
}

/** One line of a streamed load: it has exactly one of the three. Without an `end` line the response was cut off. */
class LoadLine {
  @ApiPropertyOptional({ type: IntegrationItem })
  item?: IntegrationItem;

  @ApiPropertyOptional({ type: LoadProgress })
  progress?: LoadProgress;

  @ApiPropertyOptional({ type: LoadSummary })
  end?: LoadSummary;
}

/** Documents both response formats: a page as JSON, or a whole load as NDJSON. */
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
