import type { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, IsStillAuthorized, type AuthorizationCheck, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { UserDto } from '../dto/user.dto.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionDto, connectionLinks } from '../connections/connection.dto.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { actorOf, type Actor } from '../access/actor.js';
import { ApiIntegrationParam } from '../integrations/integration.dto.js';
import { EXAMPLE } from '../integrations/documented-example.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { ApiItems, ItemPage, LoadDto, UserLoadDto } from './item.dto.js';
import { ItemsService } from './items.service.js';

const LOADING = [
  'invalid-request',
  'unknown-integration',
  'unknown-connection',
  'not-connected',
  'integration-not-configured',
  'needs-reconnect',
  'provider-rejected',
  'provider-rate-limited',
  'provider-unavailable',
  'provider-timeout',
] as const;

const NDJSON = 'application/x-ndjson';

const STREAMING =
  'Returns a page or, with `Accept: application/x-ndjson`, the whole load: one line of JSON for each item, lines about the progress, and a last line that says whether the load is complete.';

/** A user's connection and its items, by the caller's own names for organization and user. */
@ApiTags('Items')
@Controller()
export class ItemsController {
  constructor(
    private readonly items: ItemsService,
    private readonly connections: ConnectionsService,
    private readonly registry: IntegrationRegistry,
  ) {}

  @Post('integrations/:integration/credentials')
  @ApiIntegrationParam()
  @Endpoint({
    summary: "Get a user's connection; never a token",
    access: 'connections:read',
    response: ConnectionDto,
    body: { type: UserDto, examples: { 'One user': { orgId: 'acme', userId: 'ann' } } },
    links: connectionLinks('$response.body#/id'),
    problems: ['invalid-request', 'unknown-integration', 'not-connected'],
  })
  async getUserConnection(
    @Param('integration') integration: string,
    @Body() { orgId, userId }: UserDto,
    @CurrentCaller() caller: Caller,
  ): Promise<ConnectionDto> {
    return ConnectionDto.of(await this.connections.ofUser({ integration, orgId, userId }, caller));
  }

  @Post('integrations/:integration/load')
  @ApiIntegrationParam()
  @Endpoint({
    summary: "Load a page of a user's items",
    access: 'items:read',
    response: ItemPage,
    body: {
      type: UserLoadDto,
      examples: {
        'The default types': { orgId: 'acme', userId: 'ann', limit: 20 },
        'One type': { orgId: 'acme', userId: 'ann', types: [EXAMPLE.itemTypes[0]?.type], limit: 20 },
      },
    },
    problems: LOADING,
  })
  async loadItems(
    @Param('integration') integration: string,
    @Body() request: UserLoadDto,
    @CurrentCaller() caller: Caller,
    @Req() fastifyRequest: FastifyRequest,
  ): Promise<ItemPage> {
    const record = await this.ofUser(integration, request, caller);
    return this.items.page(record, request, actorOf(caller), wantsFresh(fastifyRequest));
  }

  @Get('integrations/:integration/items')
  @ApiIntegrationParam()
  @ApiItems()
  @Endpoint({
    summary: "List or stream a user's items",
    description: STREAMING,
    access: 'items:read',
    problems: LOADING,
  })
  async listItems(
    @Param('integration') integration: string,
    @Query() request: UserLoadDto,
    @CurrentCaller() caller: Caller,
    @IsStillAuthorized() isStillAuthorized: AuthorizationCheck,
    @Req() fastifyRequest: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ItemPage | Readable> {
    const record = await this.ofUser(integration, request, caller);
    return this.respond(record, request, actorOf(caller), isStillAuthorized, fastifyRequest, reply);
  }

  @Get('connections/:id/items')
  @ApiItems()
  @Endpoint({
    summary: "List or stream a connection's items",
    description: STREAMING,
    access: 'items:read',
    problems: LOADING,
  })
  async listConnectionItems(
    @Param('id') id: string,
    @Query() request: LoadDto,
    @CurrentCaller() caller: Caller,
    @IsStillAuthorized() isStillAuthorized: AuthorizationCheck,
    @Req() fastifyRequest: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ItemPage | Readable> {
    const { record } = await this.connections.get(id, caller);
    return this.respond(record, request, actorOf(caller), isStillAuthorized, fastifyRequest, reply);
  }

  private async respond(
    record: ConnectionRecord,
    request: LoadDto,
    actor: Actor,
    isStillAuthorized: AuthorizationCheck,
    fastifyRequest: FastifyRequest,
    reply: FastifyReply,
  ): Promise<ItemPage | Readable> {
    if (!(fastifyRequest.headers.accept ?? '').includes(NDJSON))
      return this.items.page(record, request, actor, wantsFresh(fastifyRequest));
    // A reader that disconnects aborts the requests to the provider. The event does not come again where it has closed already.
    const closed = new AbortController();
    if (reply.raw.destroyed) closed.abort();
    else reply.raw.once('close', () => closed.abort());
    const lines = await this.items.stream(record, request, {
      actor,
      signal: closed.signal,
      isStillAuthorized,
    });
    reply.type(`${NDJSON}; charset=utf-8`);
    return lines;
  }

  private async ofUser(
    integration: string,
    { orgId, userId, connectionId }: UserLoadDto,
    caller: Caller,
  ): Promise<ConnectionRecord> {
    this.registry.configured(integration);
    return (await this.connections.ofUser({ integration, orgId, userId, connectionId }, caller)).record;
  }
}

/** RFC 9111, 5.2.1.4. */
function wantsFresh({ headers }: FastifyRequest): boolean {
  return /\bno-cache\b/i.test(headers['cache-control'] ?? '');
}
