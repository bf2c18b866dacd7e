import { Controller, Delete, Get, Header, Param, Post, Query } from '@nestjs/common';
import { Endpoint } from '../access/endpoint.decorator.js';
import { ConnectionDto, ConnectionPage, ConnectionQuery, DisconnectionDto, TokenDto, time } from './connection.dto.js';
import { ConnectionsService } from './connections.service.js';

@Controller('connections')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Get()
  @Endpoint({
    summary: 'Connections, newest first',
    access: 'connections:read',
    response: ConnectionPage,
    problems: ['invalid-request'],
  })
  async listConnections(@Query() { limit, cursor, ...filter }: ConnectionQuery): Promise<ConnectionPage> {
    const { found, nextCursor } = await this.connections.list(filter, limit, cursor ?? null);
    return { connections: found.map((entry) => ConnectionDto.of(entry)), nextCursor };
  }

  @Get(':id')
  @Endpoint({
    summary: 'One connection',
    access: 'connections:read',
    response: ConnectionDto,
    problems: ['unknown-connection'],
  })
  async getConnection(@Param('id') id: string): Promise<ConnectionDto> {
    return ConnectionDto.of(await this.connections.get(id));
  }

  @Delete(':id')
  @Endpoint({
    summary: 'Disconnect: forget the connection and take the grant back at the provider',
    access: 'connections:write',
    response: DisconnectionDto,
    problems: ['unknown-connection'],
  })
  deleteConnection(@Param('id') id: string): Promise<DisconnectionDto> {
    return this.connections.disconnect(id);
  }

  @Post(':id/check')
  @Endpoint({
    summary: 'Ask the provider whether the credential works',
    access: 'connections:read',
    response: ConnectionDto,
    problems: ['unknown-connection', 'provider-unavailable', 'provider-timeout', 'provider-rate-limited'],
  })
  async checkConnection(@Param('id') id: string): Promise<ConnectionDto> {
    return ConnectionDto.of(await this.connections.check(id));
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
  async refreshConnection(@Param('id') id: string): Promise<ConnectionDto> {
    return ConnectionDto.of(await this.connections.refresh(id));
  }

  @Get(':id/token')
  @Header('cache-control', 'no-store')
  @Endpoint({
    summary: 'An access token that works now',
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
  async getToken(@Param('id') id: string): Promise<TokenDto> {
    const { accessToken, expiresAt, scopes } = (await this.connections.token(id)).credential;
    return { accessToken, tokenType: 'Bearer', expiresAt: expiresAt === null ? null : time(expiresAt), scopes };
  }
}
