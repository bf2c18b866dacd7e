import Fastify, { type FastifyInstance } from 'fastify';
import { airtable } from './airtable/airtable.js';
import { controlRoutes } from './control/control-routes.js';
import { parseBody } from './core/request.js';
import { handleRequest, handleUnknownRoute } from './core/handle-request.js';
import type { MockProvider } from './core/mock-provider.js';
import type { SandboxState } from './core/sandbox-state.js';
import { hubspot } from './hubspot/hubspot.js';
import { notion } from './notion/notion.js';
import { slack } from './slack/slack.js';

export const MOCK_PROVIDERS: readonly MockProvider[] = [notion, airtable, hubspot, slack];

export function createServer(sandbox: SandboxState): FastifyInstance {
  const server = Fastify({
    forceCloseConnections: true,
    // HubSpot's v1 endpoints carry whole tokens in the path.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2048 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    done(null, parseBody(request.headers['content-type'] ?? '', String(body)));
  });
  for (const mockProvider of MOCK_PROVIDERS) mount(server, sandbox, mockProvider);
  controlRoutes(server, sandbox, MOCK_PROVIDERS);
  server.setNotFoundHandler(async (request, reply) => {
    const mockProvider = MOCK_PROVIDERS.find(({ id }) => request.url.startsWith(`/${id}/`));
    if (!mockProvider) return reply.code(404).send({ error: 'not a provider of this sandbox' });
    handleUnknownRoute({ sandbox, mockProvider }, request, reply);
    return reply;
  });
  return server;
}

function mount(server: FastifyInstance, sandbox: SandboxState, mockProvider: MockProvider): void {
  const context = { sandbox, mockProvider };
  for (const route of mockProvider.routes) {
    server.route({
      method: route.method.split('|'),
      url: `/${mockProvider.id}${route.path}`,
      handler: (request, reply) => handleRequest(context, route, request, reply),
    });
  }
}
