import { Body, Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '@causeway/problem';
import { AuthenticationService } from '../authentication.service.js';
import { CurrentCaller, type Caller } from '../../access/caller.js';
import { Endpoint } from '../../access/endpoint.decorator.js';
import { CONFIGURATION, type Configuration } from '../../configuration/configuration.js';
import { requireSameOrigin } from '../same-origin.js';
import { SignInDto, WebSessionDto } from './web-session.dto.js';
import { WebSessionsService } from './web-sessions.service.js';

/** Signing in to the web app: a key is exchanged for a cookie that no script reads. */
@Controller('web-session')
export class WebSessionController {
  private readonly publicUrl: string;

  constructor(
    private readonly authentication: AuthenticationService,
    private readonly sessions: WebSessionsService,
    @Inject(CONFIGURATION) { publicUrl }: Configuration,
  ) {
    this.publicUrl = publicUrl;
  }

  @Post()
  @Endpoint({
    summary: 'Sign in to the web app',
    description:
      'For pages of this service only. Answers an HttpOnly cookie, good for twelve hours or until the key ends, which does what the key ' +
      'may do, except reading credentials and calling providers directly.',
    access: 'public',
    status: 204,
    problems: ['invalid-request', 'unauthenticated', 'forbidden'],
  })
  async signIn(
    @Body() { key }: SignInDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    // Otherwise another site could sign a person in as somebody else.
    requireSameOrigin(request, this.publicUrl);
    const now = Date.now();
    const found = await this.authentication.openerOf(key.trim(), now);
    if (found === null)
      throw new Problem('unauthenticated', 'This key is not accepted: it may be mistyped, expired or revoked.');
    reply.header('set-cookie', this.sessions.open(found.opener, found.expiresAt, now));
  }

  @Get()
  @Endpoint({
    summary: 'Who is calling, and what they may do',
    access: 'any-scope',
    response: WebSessionDto,
  })
  getWebSession(@CurrentCaller() caller: Caller): WebSessionDto {
    return WebSessionDto.of(caller);
  }

  @Delete()
  @Endpoint({
    summary: 'Sign out of the web app',
    description: 'The cookie opens nothing from now on, wherever it may have been copied to.',
    access: 'public',
    status: 204,
    problems: ['forbidden'],
  })
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    requireSameOrigin(request, this.publicUrl);
    // First: the browser forgets it also where the store is away.
    reply.header('set-cookie', this.sessions.cleared());
    const now = Date.now();
    const session = await this.sessions.find(request.headers.cookie, now);
    if (session !== null) await this.sessions.end(session, now);
  }
}
