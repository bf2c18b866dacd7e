import { Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { callerOf, CurrentCaller, type Caller, type AuthenticatedRequest } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import {
  ConnectionCountsDto,
  ConnectionDto,
  ConnectionPage,
  ConnectionQuery,
  CountsQuery,
  DisconnectionDto,
  TokenDto,
  connectionLinks,
} from './connection.dto.js';
import { isoTime } from '../dto/iso-time.js';
import { ConnectionsService } from './connections.service.js';

/** Back ends read tokens all the time: Nest's parameter pipes and response handling would cost as much as the look-up itself. */
interface TokenRequest extends AuthenticatedRequest {
  params: { id: string };
}

@ApiTags('Connections')
@Controller('connections')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Get()
  @Endpoint({
    summary: 'List connections, newest first',
    access: 'connections:read',
    response: ConnectionPage,
    links: connectionLinks('$response.body#/connections/0/id'),
    problems: ['invalid-request'],
  })
  async listConnections(
    @Query() { limit, cursor, ...filter }: ConnectionQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<ConnectionPage> {
    const { found, nextCursor } = await this.connections.list(filter, caller, limit, cursor);
    return { connections: found.map((entry) => ConnectionDto.of(entry)), nextCursor };
  }

  @Get('counts')
  @Endpoint({
    summary: 'Count connections by integration and status',
    access: 'connections:read',
    response: ConnectionCountsDto,
    problems: ['invalid-request'],
  })
  async countConnections(@Query() owner: CountsQuery, @CurrentCaller() caller: Caller): Promise<ConnectionCountsDto> {
    return ConnectionCountsDto.of(await this.connections.counts(owner, caller));
  }

  @Get(':id')
  @Endpoint({
    summary: 'Get a connection',
    access: 'connections:read',
    response: ConnectionDto,
    problems: ['unknown-connection'],
  })
  async getConnection(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<ConnectionDto> {
    return ConnectionDto.of(await this.connections.get(id, caller));
  }

  @Delete(':id')
  @Endpoint({
    summary: 'Disconnect: delete the connection, and revoke its grant at the provider',
    access: 'connections:write',
    response: DisconnectionDto,
    problems: ['unknown-connection'],
  })
  async deleteConnection(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<DisconnectionDto> {
    return this.connections.disconnectFor(id, caller);
  }

  @Post(':id/check')
  @Endpoint({
    summary: 'Check with the provider whether the credential works',
    access: 'connections:read',
    response: ConnectionDto,
    problems: ['unknown-connection', 'provider-unavailable', 'provider-timeout', 'provider-rate-limited'],
  })
  async checkConnection(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<ConnectionDto> {
    return ConnectionDto.of(await this.connections.check(id, caller));
  }

  @Post(':id/refresh')
  @Endpoint({
    summary: 'Refresh the access token now',
    description:
      'A connection whose provider gave no refresh token comes back as it was: its access token does not expire.',
    access: 'connections:write',
    response: ConnectionDto,
    problems: [
      'unknown-connection',
      'needs-reconnect',
      'provider-rejected',
      'provider-unavailable',
      'provider-timeout',
    ],
  })
  async refreshConnection(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<ConnectionDto> {
    return ConnectionDto.of(await this.connections.refresh(id, caller));
  }

  @Get(':id/token')
  @Endpoint({
    summary: 'Get an access token that works now',
    access: 'credentials:read',
    response: TokenDto,
    problems: [
      'unknown-connection',
      'needs-reconnect',
      'provider-rejected',
      'provider-unavailable',
      'provider-timeout',
    ],
  })
  @ApiParam({ name: 'id', type: String })
  async getToken(@Req() request: TokenRequest, @Res() reply: FastifyReply): Promise<void> {
    const { id } = request.params;
    const { accessToken, expiresAt, scopes } = (await this.connections.token(id, callerOf(request))).credential;
    const end = expiresAt === null ? null : isoTime(expiresAt);
    // Awaiting the reply would wait until the last byte is sent.
    void reply.send({ accessToken, tokenType: 'Bearer', expiresAt: end, scopes } satisfies TokenDto);
  }
}
