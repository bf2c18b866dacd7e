import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsIn, IsString, IsUrl, Matches, MaxLength, ValidateBy } from 'class-validator';
import { FINISHES, type Finish } from '@causeway/oauth';
import { UserDto } from '../dto/user.dto.js';
import { ListOrText } from '../dto/text-values.js';
import { MayBeAbsent } from '../dto/may-be-absent.js';

/** Of all scopes together: the request travels in an address. */
const MAX_SCOPES_LENGTH = 2_048;

const AreShort = () =>
  ValidateBy(
    {
      name: 'areShort',
      validator: {
        validate: (scopes: unknown) => !Array.isArray(scopes) || scopes.join(' ').length <= MAX_SCOPES_LENGTH,
      },
    },
    { message: `has to have at most ${MAX_SCOPES_LENGTH} characters in all` },
  );

const IsReturnUrl = () =>
  IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false, disallow_auth: true },
    { message: 'has to be an http or https URL without user and password' },
  );

/** Letters that look like blanks. */
const FILLERS = String.raw`\u115F\u1160\u3164\uFFA0\u2800`;
/** Control characters, separators of lines and paragraphs, and what changes the direction of the text behind it. */
const NOT_IN_NAMES = String.raw`\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069`;
const NAME = new RegExp(`^(?=.*(?![${FILLERS}])[\\p{L}\\p{N}\\p{P}\\p{S}])[^${NOT_IN_NAMES}]{1,200}$`, 'u');

const IsName = () =>
  Matches(NAME, { message: 'has to be a name of 1 to 200 characters that can be seen, without control characters' });

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
  @AreShort()
  scopes?: string[];

  @ApiPropertyOptional({
    format: 'uri',
    description:
      'Where the browser goes at the end, instead of a page that closes itself. It gets one of `?finishCode=`, `?connectionId=` and `?problem=`.',
  })
  @MayBeAbsent()
  @IsReturnUrl()
  @MaxLength(2048, { message: 'has to be at most 2048 characters' })
  returnTo?: string;

  @ApiPropertyOptional({
    format: 'uri',
    description:
      'Where a popup goes if it has lost the window that opened it, which the pages of some providers cause. It gets what `returnTo` gets.',
  })
  @MayBeAbsent()
  @IsReturnUrl()
  @MaxLength(2048, { message: 'has to be at most 2048 characters' })
  popupReturnTo?: string;

  @ApiPropertyOptional({ description: 'Authorize this connection again; it keeps its id.' })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @MaxLength(64, { message: 'is no id of a connection' })
  connectionId?: string;

  @ApiPropertyOptional({
    enum: FINISHES,
    description:
      'Who shows that the browser that comes back belongs to this user. `caller`: your page or back end, which sends the finish code to ' +
      '`POST /connections/finish`; the default with a session, and with an API key and `returnTo`. `person`: the person, on a page ' +
      'of this service that says for whom; the default with an API key otherwise. `none`: nobody, because you answer for where the link ' +
      'goes; with an API key only.',
  })
  @MayBeAbsent()
  @IsIn(FINISHES, { message: `has to be one of ${FINISHES.join(', ')}` })
  finish?: Finish;

  @ApiPropertyOptional({
    description: 'Shown on the page that asks the person, instead of `orgId`. With an API key only.',
  })
  @MayBeAbsent()
  @IsName()
  orgName?: string;

  @ApiPropertyOptional({
    description: 'Shown on the page that asks the person, instead of `userId`. With an API key only.',
  })
  @MayBeAbsent()
  @IsName()
  userName?: string;
}

export class AuthorizationDto {
  @ApiProperty({
    format: 'uri',
    description: "Open this in the user's own browser, in a popup or a full page. It can be used once.",
  })
  authorizationUrl!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}

/** What the page that asks the person sends. */
export class ConfirmationDto {
  @IsString({ message: 'has to be a text' })
  token!: string;

  @IsIn(['continue', 'cancel'], { message: 'has to be continue or cancel' })
  decision!: 'continue' | 'cancel';
}
