import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { asList } from '../access/as-list.js';
import { UserDto } from '../access/user.dto.js';
import { definitions } from '../integrations/definitions.js';
import { PageQuery } from '../page-query.dto.js';
import { IntegrationItem } from '../integrations/integration-item.js';

/** What of an account is loaded. */
export class LoadDto extends PageQuery {
  @ApiPropertyOptional({
    type: [String],
    example: [definitions[0].itemTypes[0].type],
    description: "Item types; the integration's default ones if not given. A list, or a text with commas.",
  })
  @IsOptional()
  @Transform(asList)
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

export class ItemPage {
  @ApiProperty({ type: [IntegrationItem] })
  items!: IntegrationItem[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; `null` on the last one.' })
  nextCursor!: string | null;
}
