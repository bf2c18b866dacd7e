import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, Length, MaxLength } from 'class-validator';
import { Problem } from '@causeway/problem';
import type { Links } from '../access/endpoint.decorator.js';
import { MayBeAbsent } from '../dto/may-be-absent.js';
import { ProblemDto } from '../dto/problem.dto.js';
import { IsExternalId } from '../dto/user.dto.js';
import { PageQuery } from '../dto/page-query.dto.js';
import { isoTime } from '../dto/iso-time.js';
import { EXAMPLE } from '../integrations/documented-example.js';
import { STATUSES, statusOf, type ConnectionCount, type ConnectionStatus } from './connection-listing.js';
import type { FoundConnection } from './connection-reader.js';

/** The operations that take the id of a connection, from a response that has it. */
export const connectionLinks = (id: string): Links => ({
  createSync: { requestBody: { connectionId: id } },
  ...Object.fromEntries(
    [
      ...['getConnection', 'deleteConnection', 'checkConnection', 'refreshConnection', 'getToken'],
      ...['listConnectionEvents', 'listConnectionItems'],
      ...['proxyHead', 'proxyGet', 'proxyPost', 'proxyPut', 'proxyPatch', 'proxyDelete'],
    ].map((operationId) => [operationId, { parameters: { id } }]),
  ),
});

export class AccountDto {
  @ApiProperty({ example: '62515', description: "The provider's own id." })
  id!: string;

  @ApiProperty({ example: 'Acme' })
  name!: string;

  @ApiPropertyOptional({ type: String, format: 'uri' })
  url?: string | undefined;
}

/** One user's authorized account. Never holds a token. */
export class ConnectionDto {
  @ApiProperty({ example: 'con_1f0c2a4b5d6e7f8091a2b3c4d5e6f708' })
  id!: string;

  @ApiProperty({ example: EXAMPLE.id })
  integration!: string;

  @ApiProperty({ example: 'acme' })
  orgId!: string;

  @ApiProperty({ example: 'ann' })
  userId!: string;

  @ApiProperty({ enum: STATUSES, enumName: 'ConnectionStatus' })
  status!: ConnectionStatus;

  @ApiProperty()
  account!: AccountDto;

  @ApiProperty({ type: [String], description: 'As granted, which may be less than what was asked for.' })
  scopes!: string[];

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'Of the access token; it is refreshed in time.',
  })
  expiresAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description:
      'When the grant ends if it is not refreshed, which the service does by itself where it can; `null`: never, or it is not known.',
  })
  healthyUntil!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  lastRefreshedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  lastUsedAt!: string | null;

  @ApiProperty({ type: ProblemDto, nullable: true, description: 'Why it has to be connected again.' })
  problem!: ProblemDto | null;

  /** The allow-list: nothing else of a connection leaves the service. */
  static of({ record, lastUsedAt }: FoundConnection): ConnectionDto {
    const { id, integration, orgId, userId, account, scopes, problem } = record;
    return {
      id,
      integration,
      orgId,
      userId,
      status: statusOf(record),
      account: { id: account.id, name: account.name, url: account.url ?? undefined },
      scopes,
      createdAt: isoTime(record.createdAt),
      updatedAt: isoTime(record.updatedAt),
      expiresAt: isoTimeOrNull(record.expiresAt),
      healthyUntil: isoTimeOrNull(record.healthyUntil ?? null),
      lastRefreshedAt: isoTimeOrNull(record.lastRefreshedAt),
      lastUsedAt: isoTimeOrNull(lastUsedAt),
      problem: problem && new Problem(problem.slug, problem.detail, { providerCode: problem.providerCode }).toBody(),
    };
  }
}

export class ConnectionPage {
  @ApiProperty({ type: [ConnectionDto], description: 'Newest first.' })
  connections!: ConnectionDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; `null` on the last one.' })
  nextCursor!: string | null;
}

export class ConnectionQuery extends PageQuery {
  @MayBeAbsent()
  @IsExternalId({ required: false })
  orgId?: string;

  @MayBeAbsent()
  @IsExternalId({ required: false })
  userId?: string;

  @ApiPropertyOptional({ example: EXAMPLE.id })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @MaxLength(64, { message: 'has to be the id of an integration' })
  integration?: string;

  @ApiPropertyOptional({ enum: STATUSES, enumName: 'ConnectionStatus' })
  @MayBeAbsent()
  @IsIn(STATUSES, { message: `has to be ${STATUSES.join(' or ')}` })
  status?: ConnectionStatus;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 200,
    example: 'acme ann',
    description:
      'Words, each of which occurs, in upper or lower case, in the organization, the user, the name of the account (its first 72 characters) or the id of the account (its first 36); or the whole id of one connection. Other texts are not searched.',
  })
  @MayBeAbsent()
  @IsString({ message: 'has to be a text' })
  @Length(1, 200, { message: 'has to be 1 to 200 characters' })
  search?: string;
}

export class CountsQuery {
  @MayBeAbsent()
  @IsExternalId({ required: false })
  orgId?: string;

  @MayBeAbsent()
  @IsExternalId({ required: false })
  userId?: string;
}

export class ConnectionCountDto implements ConnectionCount {
  @ApiProperty({ example: EXAMPLE.id })
  integration!: string;

  @ApiProperty({ enum: STATUSES, enumName: 'ConnectionStatus' })
  status!: ConnectionStatus;

  @ApiProperty({ type: 'integer', minimum: 1 })
  count!: number;
}

export class ConnectionCountsDto {
  @ApiProperty({ type: 'integer', description: 'Of all counts.' })
  total!: number;

  @ApiProperty({
    type: [ConnectionCountDto],
    description:
      'By integration and status; a pair without connections is absent. A connection that changes at this moment may be counted under both statuses.',
  })
  counts!: ConnectionCountDto[];

  static of(counts: ConnectionCount[]): ConnectionCountsDto {
    return { total: counts.reduce((sum, { count }) => sum + count, 0), counts };
  }
}

export class DisconnectionDto {
  @ApiProperty({
    enum: ['revoked', 'shared', 'unsupported', 'failed'],
    enumName: 'Revocation',
    description:
      'What became of the grant at the provider. It is gone here in every case. `shared`: another connection still holds the same grant, so it was not revoked.',
  })
  revoked!: 'revoked' | 'shared' | 'unsupported' | 'failed';

  @ApiPropertyOptional()
  detail?: string;
}

export class TokenDto {
  @ApiProperty({ description: 'Works now: refreshed first if its end was near.' })
  accessToken!: string;

  @ApiProperty({ example: 'Bearer' })
  tokenType!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  expiresAt!: string | null;

  @ApiProperty({ type: [String] })
  scopes!: string[];
}

function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
