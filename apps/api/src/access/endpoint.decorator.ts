import { HttpCode, applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOperation,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { PROBLEMS, type ProblemSlug } from '@causeway/problem';
import { Access, Unsafe, type AccessRule } from './access.decorator.js';
import { ProblemDto } from '../dto/problem.dto.js';

/** By `operationId`: which of its values are in this response, as runtime expressions of OpenAPI. */
export type Links = Readonly<Record<string, { parameters?: Record<string, string>; requestBody?: object }>>;

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
  /** The values of further requests that are in the response. */
  links?: Links;
  /** `examples`, by what they show: in sandbox mode all of them succeed, with the values that come by `links`. */
  body?: { type: Type<unknown>; examples: Readonly<Record<string, object>> };
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
  links = {},
  body,
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
    ...(body === undefined ? [] : [ApiBody({ type: body.type, examples: named(body.examples) })]),
    ApiResponse({
      status,
      description: 'Done.',
      ...(response === undefined ? {} : { type: response }),
      ...(Object.keys(links).length === 0 ? {} : { links: linkObjects(links) }),
    }),
    ApiExtraModels(ProblemDto),
    ...problemResponses([...new Set([...commonProblems(access, problems, isExemptFromLimit), ...problems])]),
  );
}

const named = (examples: Readonly<Record<string, object>>) =>
  Object.fromEntries(Object.entries(examples).map(([summary, value]) => [summary, { summary, value }]));

const linkObjects = (links: Links) =>
  Object.fromEntries(Object.entries(links).map(([operationId, values]) => [operationId, { operationId, ...values }]));

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

/** OpenAPI has one response a status: slugs that share one are listed in its description. `openapi.ts` writes the examples. */
function problemResponses(slugs: readonly ProblemSlug[]): MethodDecorator[] {
  const statuses = [...new Set(slugs.map((slug) => PROBLEMS[slug].status))];
  return statuses.map((status) => {
    const ofStatus = slugs.filter((slug) => PROBLEMS[slug].status === status);
    return ApiResponse({
      status,
      description: ofStatus.map((slug) => `\`${slug}\`: ${PROBLEMS[slug].title}.`).join(' '),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDto) },
          examples: Object.fromEntries(ofStatus.map((slug) => [slug, { $ref: `#/components/examples/${slug}` }])),
        },
      },
    });
  });
}
