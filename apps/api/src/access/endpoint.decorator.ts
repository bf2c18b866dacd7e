import { HttpCode, applyDecorators, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiConsumes, ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PROBLEMS, type ProblemSlug } from '@causeway/problem';
import { Access, Unsafe, type AccessRule } from './access.decorator.js';
import { ProblemDto } from '../dto/problem.dto.js';

interface EndpointOptions {
  summary: string;
  description?: string;
  access: AccessRule;
  /** A GET that changes something: see `Unsafe`. */
  isUnsafe?: boolean;
  /** 200 unless said otherwise. */
  status?: number;
  /** Absent: the response is not JSON of this service. */
  response?: Type<unknown>;
  /** Beside those of `commonProblems`. */
  problems?: readonly ProblemSlug[];
  /** Documents that there is no limit on requests; `EXEMPT` in `http/request-limit.ts` is what lifts it. */
  isExemptFromLimit?: boolean;
}

/** One decorator a route: who may call it, its response, and every problem that it can respond with. */
export function Endpoint({
  summary,
  description,
  access,
  isUnsafe = false,
  status = 200,
  response,
  problems = [],
  isExemptFromLimit = false,
}: EndpointOptions): MethodDecorator {
  return applyDecorators(
    Access(access),
    ...(isUnsafe ? [Unsafe()] : []),
    HttpCode(status),
    ApiOperation({ summary, ...(description === undefined ? {} : { description }) }),
    ...(access === 'public' ? [] : [ApiBearerAuth()]),
    ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
    ApiResponse({ status, description: 'Done.', ...(response === undefined ? {} : { type: response }) }),
    ApiExtraModels(ProblemDto),
    ...problemResponses([...new Set([...commonProblems(access, problems, isExemptFromLimit), ...problems])]),
  );
}

function commonProblems(
  access: AccessRule,
  problems: readonly ProblemSlug[],
  isExemptFromLimit: boolean,
): ProblemSlug[] {
  const isClosed = access !== 'public';
  return [
    ...(isClosed ? (['unauthenticated', 'forbidden'] as const) : []),
    ...(isExemptFromLimit ? [] : (['too-many-requests'] as const)),
    ...(problems.includes('provider-unavailable') ? (['provider-rate-limited', 'shutting-down'] as const) : []),
    // Keys are in the store, and so is all that a public route may look up, other than a key of the configuration.
    ...(isClosed || problems.some((slug) => slug !== 'unauthenticated') ? (['store-unavailable'] as const) : []),
  ];
}

/** OpenAPI has one response a status: slugs that share one are listed in its description. */
function problemResponses(slugs: readonly ProblemSlug[]): MethodDecorator[] {
  const statuses = [...new Set(slugs.map((slug) => PROBLEMS[slug].status))];
  return statuses.map((status) =>
    ApiResponse({
      status,
      description: slugs
        .filter((slug) => PROBLEMS[slug].status === status)
        .map((slug) => `\`${slug}\`: ${PROBLEMS[slug].title}.`)
        .join(' '),
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
    }),
  );
}
