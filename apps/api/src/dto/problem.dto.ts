import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PROBLEMS, type ProblemBody, type ProblemSlug } from '@causeway/problem';

export class FieldErrorDto {
  @ApiProperty({ example: '/orgId', description: 'JSON Pointer into the body, or `?name` for a query parameter.' })
  pointer!: string;

  @ApiProperty({ example: 'has to be 1 to 255 characters' })
  detail!: string;
}

/** `application/problem+json`, RFC 9457. */
export class ProblemDto implements ProblemBody {
  @ApiProperty({ example: 'urn:causeway:problem:not-connected' })
  type!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ example: 404 })
  status!: number;

  @ApiProperty({ description: 'A sentence for people, with a next step.' })
  detail!: string;

  @ApiProperty({
    enum: Object.keys(PROBLEMS),
    enumName: 'ProblemSlug',
    description: 'The stable name; switch on this.',
  })
  slug!: ProblemSlug;

  @ApiPropertyOptional({ example: '/connections/con_0' })
  instance?: string;

  @ApiPropertyOptional({ description: 'Also in the `X-Request-Id` header and in log lines of the service.' })
  requestId?: string;

  @ApiPropertyOptional({ type: [FieldErrorDto] })
  errors?: FieldErrorDto[];

  @ApiPropertyOptional({ description: 'Seconds until the same call may work; also in the `Retry-After` header.' })
  retryAfter?: number;

  @ApiPropertyOptional({ type: String, example: 'invalid_grant', description: "The provider's own short error code." })
  providerCode?: string | undefined;

  @ApiPropertyOptional()
  connectionId?: string;
}
