import { Body, Controller, Delete, Header, Param, Post, Query } from '@nestjs/common';
import { CurrentCaller, type Caller } from '../../access/caller.js';
import { Endpoint } from '../../access/endpoint.decorator.js';
import { isoTime } from '../../dto/iso-time.js';
import { UserDto } from '../../dto/user.dto.js';
import { NewSessionDto, SessionDto } from './session.dto.js';
import { SessionsService } from './sessions.service.js';

@Controller('sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    summary: 'A short-lived right to act for one user, for a browser',
    access: 'sessions:write',
    status: 201,
    response: SessionDto,
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
