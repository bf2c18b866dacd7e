import { Body, Controller, Header, Post } from '@nestjs/common';
import { CurrentCaller, requireMayActFor, type Caller } from '../../access/caller.js';
import { Endpoint } from '../../access/endpoint.decorator.js';
import { isoTime } from '../../dto/iso-time.js';
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
  createSession(
    @Body() { orgId, userId, integrations, expiresInSeconds }: NewSessionDto,
    @CurrentCaller() caller: Caller,
  ): SessionDto {
    requireMayActFor(caller, { orgId, userId });
    const expiresAt = Date.now() + expiresInSeconds * 1000;
    const { token } = this.sessions.create({ orgId, userId, integrations: integrations ?? null, expiresAt });
    return { token, expiresAt: isoTime(expiresAt) };
  }
}
