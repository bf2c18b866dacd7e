import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Length, ValidateIf } from 'class-validator';
import { SCOPES, type Scope } from '../../access/access.decorator.js';
import type { Caller } from '../../access/caller.js';
import { MayBeAbsent } from '../../dto/may-be-absent.js';
import { isoTime } from '../../dto/iso-time.js';

const KINDS = ['operator', 'key', 'session', 'anyone'] as const satisfies readonly Caller['kind'][];

export class SignInDto {
  @ApiPropertyOptional({ maxLength: 4096, description: 'The admin key, an API key, or a session token.' })
  @ValidateIf(({ key, token }: SignInDto) => key !== undefined || token === undefined)
  @IsString({ message: 'has to be a text' })
  @Length(1, 4096, { message: 'has to be 1 to 4096 characters' })
  key?: string;

  @ApiPropertyOptional({ maxLength: 4096, description: 'A session token, instead of `key`.' })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @Length(1, 4096, { message: 'has to be 1 to 4096 characters' })
  token?: string;
}

/** The caller, as the web app shows it. */
export class WebSessionDto {
  @ApiProperty({
    enum: KINDS,
    enumName: 'CallerKind',
    description: '`session`: acts for one user. `anyone`: sandbox mode, without sign-in.',
  })
  kind!: Caller['kind'];

  @ApiProperty({ type: String, nullable: true, description: 'The id of the API key; `null`: it is none.' })
  keyId!: string | null;

  @ApiProperty({ enum: SCOPES, enumName: 'Scope', isArray: true })
  scopes!: Scope[];

  @ApiProperty({ type: [String], nullable: true, description: '`null`: all organizations.' })
  orgIds!: string[] | null;

  @ApiProperty({ type: String, nullable: true, description: '`null`: any user of these organizations.' })
  userId!: string | null;

  @ApiProperty({ type: [String], nullable: true, description: '`null`: all integrations.' })
  integrations!: string[] | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: '`null`: never.' })
  expiresAt!: string | null;

  static of({ kind, id, scopes, orgIds, userId, integrations, expiresAt }: Caller): WebSessionDto {
    return {
      kind,
      keyId: kind === 'key' ? id : null,
      scopes: [...scopes],
      orgIds: orgIds && [...orgIds],
      userId,
      integrations: integrations && [...integrations],
      expiresAt: expiresAt === null ? null : isoTime(expiresAt),
    };
  }
}
