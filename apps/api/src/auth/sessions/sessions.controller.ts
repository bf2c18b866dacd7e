import { Body, Controller, Delete, Header, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentCaller, type Caller } from '../../access/caller.js';
import { Endpoint } from '../../access/endpoint.decorator.js';
import { isoTime } from '../../dto/iso-time.js';
import { UserDto } from '../../dto/user.dto.js';
import { NewSessionDto, SessionDto } from './session.dto.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('Sessions')
@Controller('sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    summary: 'Create a session: a short-lived token with which a browser acts for one user',
    access: 'sessions:write',
    status: 201,
    response: SessionDto,
    body: { type: NewSessionDto, examples: { 'For one user': { orgId: 'acme', userId: 'ann' } } },
    links: { endSession: { parameters: { id: '$response.body#/id' } } },
    problems: ['invalid-request'],
  })
  async createSession(@Body() request: NewSessionDto, @CurrentCaller() caller: Caller): Promise<SessionDto> {
    const { orgId, userId, integrations = null, scopes, expiresInSeconds } = request;
    const { session, token } = await this.sessions.create(
      { orgId, userId, integrations, scopes, expiresInSeconds },
      caller,
      Date.now(),
    );
    return { id: session.id, token, expiresAt: isoTime(session.expiresAt) };
  }

  @Delete()
  @Endpoint({
    summary: 'End all sessions of a user',
    access: 'sessions:write',
    status: 204,
    problems: ['invalid-request'],
  })
  async endSessionsOfUser(@Query() { orgId, userId }: UserDto, @CurrentCaller() caller: Caller): Promise<void> {
    await this.sessions.endOfUser({ orgId, userId }, caller, Date.now());
  }

  @Delete(':id')
  @Endpoint({ summary: 'End a session', access: 'sessions:write', status: 204, problems: ['not-found'] })
  async endSession(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.sessions.end(id, caller);
  }
}
