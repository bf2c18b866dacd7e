import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, Matches } from 'class-validator';
import { IsString, IsUrl, MaxLength } from 'class-validator';
import { UserDto } from '../dto/user.dto.js';
import { ListOrText } from '../dto/text-values.js';
import { MayBeAbsent } from '../dto/may-be-absent.js';

export class AuthorizeDto extends UserDto {
  @ApiPropertyOptional({
    type: [String],
    description: "Instead of the integration's own; a list, or a text with commas or blanks.",
  })
  @MayBeAbsent()
  @ListOrText()
  @ArrayMaxSize(100, { message: 'has to be a list of at most 100 scopes' })
  // RFC 6749, 3.3: the characters of a scope; no comma, because some providers separate by it.
  @Matches(/^[\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]{1,128}$/, { each: true, message: 'has to be a list of scopes' })
  scopes?: string[];

  @ApiPropertyOptional({
    format: 'uri',
    description: 'Where the browser goes at the end, instead of a page that closes itself.',
  })
  @MayBeAbsent()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'has to be an http or https URL' },
  )
  @MaxLength(2048, { message: 'has to be at most 2048 characters' })
  returnTo?: string;

  @ApiPropertyOptional({ description: 'Authorize this connection again; it keeps its id.' })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @MaxLength(64, { message: 'is no id of a connection' })
  connectionId?: string;
}

export class AuthorizationDto {
  @ApiProperty({
    format: 'uri',
    description: "Open this in the user's own browser, in a popup or a full page. Can be opened once.",
  })
  authorizationUrl!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}
