import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiParam, ApiResponse } from '@nestjs/swagger';
import { EXAMPLE } from '../integrations/documented-example.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { UNPARSED } from '../dto/unparsed-bodies.js';

const DESCRIPTION = [
  "The request is sent to the same path of the provider's API, with the connection's credential and the headers that the provider requires.",
  'The query, the body and most other headers are forwarded unchanged.',
  "The response is the provider's, also if it is an error. Errors of this service are `application/problem+json` with a `slug`.",
  'Official SDKs work with `<this service>/connections/{id}/proxy` as their base URL and an API key as their token.',
].join(' ');

/** Everything that the proxy's routes share, for one HTTP method. */
export function Proxied(method: keyof typeof EXAMPLE.exampleRequests): MethodDecorator {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const { path, body } = EXAMPLE.exampleRequests[method];
  return applyDecorators(
    RouteConfig({ [UNPARSED]: true }),
    ApiParam({ name: 'id', type: String }),
    ApiParam({
      name: 'path',
      type: String,
      description: `The provider's path without the leading slash. It may contain slashes. The example is one of ${EXAMPLE.name}.`,
      example: path,
    }),
    ...(hasBody
      ? [
          ApiBody({
            required: false,
            description: 'Of any type and size; it is forwarded unchanged.',
            schema: body === undefined ? {} : { example: body },
          }),
        ]
      : []),
    Endpoint({
      summary: `Send a ${method} request to the provider's API with the connection's credential`,
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
      description: "The provider's response, with its own status.",
      ...(method === 'HEAD' ? {} : { content: { '*/*': { schema: {} } } }),
    }),
  );
}
