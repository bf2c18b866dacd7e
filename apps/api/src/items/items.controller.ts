import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { From, requireMayActFor, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { UserDto } from '../access/user.dto.js';
import { unknownConnection } from '../connections/connection-credentials.js';
import { ConnectionDto } from '../connections/connection.dto.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ApiIntegrationParam } from '../integrations/integration.dto.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { ItemPage, LoadDto, UserLoadDto } from './item.dto.js';
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
    @From() caller: Caller,
  ): Promise<ConnectionDto> {
    return ConnectionDto.of(await this.connections.ofUser(integration, orgId, userId, caller));
  }

  @Post('integrations/:integration/load')
  @ApiIntegrationParam()
  @Endpoint({ summary: "A page of a user's items", access: 'items:read', response: ItemPage, problems: LOADING })
  loadItems(
    @Param('integration') integration: string,
    @Body() request: UserLoadDto,
    @From() caller: Caller,
  ): Promise<ItemPage> {
    return this.loadForUser(integration, request, caller);
  }

  @Get('integrations/:integration/items')
  @ApiIntegrationParam()
  @Endpoint({ summary: "A page of a user's items", access: 'items:read', response: ItemPage, problems: LOADING })
  listItems(
    @Param('integration') integration: string,
    @Query() request: UserLoadDto,
    @From() caller: Caller,
  ): Promise<ItemPage> {
    return this.loadForUser(integration, request, caller);
  }

  @Get('connections/:id/items')
  @Endpoint({ summary: "A page of a connection's items", access: 'items:read', response: ItemPage, problems: LOADING })
  async listConnectionItems(
    @Param('id') id: string,
    @Query() request: LoadDto,
    @From() caller: Caller,
  ): Promise<ItemPage> {
    const { record } = await this.connections.get(id, caller);
    return this.items.load(record, request);
  }

  private async loadForUser(
    integration: string,
    { orgId, userId, connectionId, ...request }: UserLoadDto,
    caller: Caller,
  ): Promise<ItemPage> {
    this.registry.configured(integration);
    if (connectionId === undefined) {
      const { record } = await this.connections.ofUser(integration, orgId, userId, caller);
      return this.items.load(record, request);
    }
    requireMayActFor(caller, { orgId, userId, integration });
    const { record } = await this.connections.get(connectionId, caller);
    const owned = record.orgId === orgId && record.userId === userId && record.integration === integration;
    if (!owned) throw unknownConnection(connectionId);
    return this.items.load(record, request);
  }
}
