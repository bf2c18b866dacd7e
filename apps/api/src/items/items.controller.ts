import type { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  CurrentCaller,
  IsStillAuthorized,
  requireMayActFor,
  type AuthorizationCheck,
  type Caller,
} from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { UserDto } from '../dto/user.dto.js';
import { unknownConnection } from '../connections/connection-credentials.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionDto } from '../connections/connection.dto.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { actorOf, type Actor } from '../access/actor.js';
import { ApiIntegrationParam } from '../integrations/integration.dto.js';
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
  'A page of them or, with `Accept: application/x-ndjson`, the whole load as one line of JSON for each item, lines about its progress, and a last one that says whether it is complete.';

/** A user's connection and its items, by the caller's own names for organisation and user. */
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
    summary: "The state of a user's connection; never a token",
    access: 'connections:read',
    response: ConnectionDto,
    problems: ['invalid-request', 'unknown-integration', 'not-connected'],
  })
  async getUserConnection(
    @Param('integration') integration: string,
    @Body() { orgId, userId }: UserDto,
    @CurrentCaller() caller: Caller,
  ): Promise<ConnectionDto> {
    return ConnectionDto.of(await this.connections.ofUser(integration, orgId, userId, caller));
  }

  @Post('integrations/:integration/load')
  @ApiIntegrationParam()
  @Endpoint({ summary: "A page of a user's items", access: 'items:read', response: ItemPage, problems: LOADING })
  async loadItems(
    @Param('integration') integration: string,
    @Body() request: UserLoadDto,
    @CurrentCaller() caller: Caller,
    @Req() asked: FastifyRequest,
  ): Promise<ItemPage> {
    const record = await this.ofUser(integration, request, caller);
    return this.items.page(record, request, actorOf(caller), wantsFresh(asked));
  }

  @Get('integrations/:integration/items')
  @ApiIntegrationParam()
  @ApiItems()
  @Endpoint({ summary: "A user's items", description: STREAMING, access: 'items:read', problems: LOADING })
  async listItems(
    @Param('integration') integration: string,
    @Query() request: UserLoadDto,
    @CurrentCaller() caller: Caller,
    @IsStillAuthorized() isStillAuthorized: AuthorizationCheck,
    @Req() asked: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ItemPage | Readable> {
    const record = await this.ofUser(integration, request, caller);
    return this.answer(record, request, actorOf(caller), isStillAuthorized, asked, reply);
  }

  @Get('connections/:id/items')
  @ApiItems()
  @Endpoint({ summary: "A connection's items", description: STREAMING, access: 'items:read', problems: LOADING })
  async listConnectionItems(
    @Param('id') id: string,
    @Query() request: LoadDto,
    @CurrentCaller() caller: Caller,
    @IsStillAuthorized() isStillAuthorized: AuthorizationCheck,
    @Req() asked: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ItemPage | Readable> {
    const { record } = await this.connections.get(id, caller);
    return this.answer(record, request, actorOf(caller), isStillAuthorized, asked, reply);
  }

  private async answer(
    record: ConnectionRecord,
    request: LoadDto,
    actor: Actor,
    isStillAuthorized: AuthorizationCheck,
    asked: FastifyRequest,
    reply: FastifyReply,
  ): Promise<ItemPage | Readable> {
    if (!(asked.headers.accept ?? '').includes(NDJSON))
      return this.items.page(record, request, actor, wantsFresh(asked));
    // A reader that goes away ends the calls to the provider, also in the middle of one.
    const disconnected = new AbortController();
    reply.raw.once('close', () => disconnected.abort());
    const lines = await this.items.stream(record, request, {
      actor,
      signal: disconnected.signal,
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
    if (connectionId === undefined) {
      return (await this.connections.ofUser(integration, orgId, userId, caller)).record;
    }
    requireMayActFor(caller, { orgId, userId, integration });
    const { record } = await this.connections.get(connectionId, caller);
    const owned = record.orgId === orgId && record.userId === userId && record.integration === integration;
    if (!owned) throw unknownConnection(connectionId);
    return record;
  }
}

/** RFC 9111, 5.2.1.4. */
function wantsFresh({ headers }: FastifyRequest): boolean {
  return /\bno-cache\b/i.test(headers['cache-control'] ?? '');
}
