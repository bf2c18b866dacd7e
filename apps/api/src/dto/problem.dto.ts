import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PROBLEMS, Problem, type ProblemBody, type ProblemDetails, type ProblemSlug } from '@causeway/problem';

const DETAILS: Partial<Record<ProblemSlug, ProblemDetails>> = {
  'invalid-request': { errors: [{ pointer: '/orgId', detail: 'has to be 1 to 255 characters' }] },
  'needs-reconnect': { providerCode: 'invalid_grant' },
  'provider-rate-limited': { retryAfter: 12 },
  'too-many-requests': { retryAfter: 12 },
};

/** A response with this problem, for the documentation. */
export function exampleOf(slug: ProblemSlug): ProblemBody {
  const problem = new Problem(slug, PROBLEMS[slug].advice.replaceAll('`', ''), DETAILS[slug]);
  return { ...problem.toBody(), requestId: 'req_7f3c2a9b5d1e4f60' };
}

const EXAMPLE = exampleOf('unknown-connection');

export class FieldErrorDto {
  @ApiProperty({ example: '/orgId', description: 'JSON Pointer into the body, or `?name` for a query parameter.' })
  pointer!: string;

  @ApiProperty({ example: 'has to be 1 to 255 characters' })
  detail!: string;
}

/** `application/problem+json`, RFC 9457. */
export class ProblemDto implements ProblemBody {
  @ApiProperty({ example: EXAMPLE.type })
  type!: string;

  @ApiProperty({ example: EXAMPLE.title })
  title!: string;

  @ApiProperty({ example: EXAMPLE.status })
  status!: number;

  @ApiProperty({ example: EXAMPLE.detail, description: 'A sentence for people, with a next step.' })
  detail!: string;

  @ApiProperty({
    enum: Object.keys(PROBLEMS),
    enumName: 'ProblemSlug',
    description: 'The stable name; switch on this.',
  })
  slug!: ProblemSlug;

  @ApiPropertyOptional({ example: '/connections/con_1f0c2a4b5d6e7f8091a2b3c4d5e6f708' })
  instance?: string;

  @ApiPropertyOptional({
    example: EXAMPLE.requestId,
    description: 'Also in the `X-Request-Id` header and in log lines of the service.',
  })
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
