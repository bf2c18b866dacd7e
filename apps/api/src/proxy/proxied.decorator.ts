import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiParam, ApiResponse } from '@nestjs/swagger';
import { Endpoint } from '../access/endpoint.decorator.js';
import { UNPARSED } from './unparsed-bodies.js';

const DESCRIPTION = [
  "The request goes to the same path of the provider's documented API, with the connection's credential and the headers that the provider requires; query, body and most other headers go along as they are.",
  'Whatever the provider answers is the answer, also its errors; a failure of this service is `application/problem+json` with a `slug`.',
  'Official SDKs work with `<this service>/connections/{id}/proxy` as their base URL and an API key as their token.',
].join(' ');

/** What the proxy's routes have in common. */
export function Proxied(method: string): MethodDecorator {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return applyDecorators(
    RouteConfig({ [UNPARSED]: true }),
    ApiParam({ name: 'id', type: String }),
    ApiParam({
      name: 'path',
      type: String,
      description: "The provider's path without its first slash; it may hold slashes.",
      example: 'v1/users',
    }),
    ...(hasBody
      ? [ApiBody({ required: false, description: 'Of any type and size: it is handed on as it comes.', schema: {} })]
      : []),
    Endpoint({
      summary: `${method} at the provider's own API, with the connection's credential`,
      description: DESCRIPTION,
      access: 'proxy',
      problems: [
        'invalid-request',
        'unknown-connection',
        'integration-not-configured',
        'needs-reconnect',
        'provider-rate-limited',
        'provider-unavailable',
        'provider-timeout',
      ],
    }),
    ApiConsumes('*/*'),
    ApiResponse({
      status: 200,
      description: "The provider's answer, under whatever status it gave.",
      ...(method === 'HEAD' ? {} : { content: { '*/*': { schema: {} } } }),
    }),
  );
}
