import Fastify, { type FastifyInstance } from 'fastify';
import { airtable } from './airtable/airtable.js';
import { controlRoutes } from './control/control-routes.js';
import { parseBody } from './core/call.js';
import { serve, serveUnknown } from './core/serve.js';
import type { StandIn } from './core/stand-in.js';
import type { World } from './core/world.js';
import { hubspot } from './hubspot/hubspot.js';
import { notion } from './notion/notion.js';
import { slack } from './slack/slack.js';

export const STAND_INS: readonly StandIn[] = [notion, airtable, hubspot, slack];

export function createServer(world: World): FastifyInstance {
  const server = Fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // HubSpot's v1 endpoints carry whole tokens in the path.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2048 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    done(null, parseBody(request.headers['content-type'] ?? '', String(body)));
  });
  for (const standIn of STAND_INS) mount(server, world, standIn);
  controlRoutes(server, world, STAND_INS);
  server.setNotFoundHandler(async (request, reply) => {
    const standIn = STAND_INS.find(({ id }) => request.url.startsWith(`/${id}/`));
    if (!standIn) return reply.code(404).send({ error: 'not a provider of this sandbox' });
    serveUnknown({ world, standIn }, request, reply);
    return reply;
  });
  return server;
}

function mount(server: FastifyInstance, world: World, standIn: StandIn): void {
  const here = { world, standIn };
  for (const route of standIn.routes) {
    server.route({
      method: route.method.split('|'),
      url: `/${standIn.id}${route.path}`,
      handler: (request, reply) => serve(here, route, request, reply),
    });
  }
}
