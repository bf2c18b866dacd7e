import { HttpCode, applyDecorators, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiConsumes, ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PROBLEMS, type ProblemSlug } from '@causeway/problem';
import { Access, type AccessRule } from './access.decorator.js';
import { ProblemDto } from '../dto/problem.dto.js';

interface EndpointOptions {
  summary: string;
  description?: string;
  access: AccessRule;
  /** 200 unless said otherwise. */
  status?: number;
  /** Absent: the answer is no JSON of ours. */
  response?: Type<unknown>;
  /** What can go wrong beside what can go wrong everywhere. */
  problems?: readonly ProblemSlug[];
  /** Our rate limit never refuses it; see `front-door/rate-limit.ts`. */
  isAlwaysOpen?: boolean;
}

/** One decorator a route: who may call it, what it answers, and every problem it can answer with. */
export function Endpoint({
  summary,
  description,
  access,
  status = 200,
  response,
  problems = [],
  isAlwaysOpen = false,
}: EndpointOptions): MethodDecorator {
  return applyDecorators(
    Access(access),
    HttpCode(status),
    ApiOperation({ summary, ...(description === undefined ? {} : { description }) }),
    ...(access === 'public' ? [] : [ApiBearerAuth()]),
    ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
    ApiResponse({ status, description: 'Done.', ...(response === undefined ? {} : { type: response }) }),
    ApiExtraModels(ProblemDto),
    ...problemResponses([...new Set([...inGeneral(access, problems, isAlwaysOpen), ...problems])]),
  );
}

/** What can go wrong at many routes, and no route has to say. */
function inGeneral(access: AccessRule, problems: readonly ProblemSlug[], isAlwaysOpen: boolean): ProblemSlug[] {
  const isClosed = access !== 'public';
  return [
    ...(isClosed ? (['unauthenticated', 'forbidden'] as const) : []),
    ...(isAlwaysOpen ? [] : (['too-many-requests'] as const)),
    // Whoever asks a provider may be asked to wait.
    ...(problems.includes('provider-unavailable') ? (['provider-rate-limited'] as const) : []),
    // Keys are in the store, and so is whatever a public route could miss.
    ...(isClosed || problems.length > 0 ? (['store-unavailable'] as const) : []),
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
