import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMinSize, IsArray, IsIn, IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../dto/may-be-absent.js';
import { ListFromText, NumberFromText } from '../../dto/text-values.js';
import { SCOPES, type Scope } from '../../access/access.decorator.js';
import { UserDto } from '../../dto/user.dto.js';
import { integrationIds } from '../../integrations/definitions.js';
import { EXAMPLE } from '../../integrations/documented-example.js';
import { MAX_SESSION_SECONDS } from './sessions.service.js';

const LIFETIME_MESSAGE = `has to be a whole number of seconds from 1 to ${MAX_SESSION_SECONDS}`;

export class NewSessionDto extends UserDto {
  @ApiPropertyOptional({
    type: [String],
    example: [EXAMPLE.id],
    description: 'Integrations that the session is limited to; all if not given.',
  })
  @MayBeAbsent()
  @ListFromText()
  @ArrayMinSize(1, { message: 'has to name at least one integration, or be left out' })
  @IsIn(integrationIds, { each: true, message: `has to be a list out of ${integrationIds.join(', ')}` })
  @IsArray({ message: 'has to be a list' })
  integrations?: string[];

  @ApiPropertyOptional({
    enum: SCOPES,
    enumName: 'Scope',
    isArray: true,
    example: ['connections:read'],
    description:
      'What the session may do. Default: `connections:read`, `connections:write`, and `items:read`, `syncs:read` and `syncs:write` if the key has them; nothing else can be in a session.',
  })
  @MayBeAbsent()
  @ListFromText()
  @ArrayMinSize(1, { message: `has to be a list out of ${SCOPES.join(', ')}` })
  @IsIn(SCOPES, { each: true, message: `has to be a list out of ${SCOPES.join(', ')}` })
  @IsArray({ message: 'has to be a list' })
  scopes?: Scope[];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_SESSION_SECONDS, default: 900 })
  @MayBeAbsent()
  @NumberFromText()
  @IsInt({ message: LIFETIME_MESSAGE })
  @Min(1, { message: LIFETIME_MESSAGE })
  @Max(MAX_SESSION_SECONDS, { message: LIFETIME_MESSAGE })
  expiresInSeconds = 900;
}

export class SessionDto {
  @ApiProperty({ description: 'For `DELETE /sessions/{id}`.' })
  id!: string;

  @ApiProperty({ description: 'For a browser: acts for this user only, and cannot read credentials.' })
  token!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}
