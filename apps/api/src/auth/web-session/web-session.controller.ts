import { Body, Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '@causeway/problem';
import { AuthenticationService } from '../authentication.service.js';
import { CurrentCaller, type Caller } from '../../access/caller.js';
import { Endpoint } from '../../access/endpoint.decorator.js';
import { CONFIGURATION, type Configuration } from '../../configuration/configuration.js';
import { requireSameOrigin } from '../../access/same-origin.js';
import { SignInDto, WebSessionDto } from './web-session.dto.js';
import { WebSessionsService } from './web-sessions.service.js';

/** Signing in to the web app exchanges a key for a cookie that scripts cannot read. */
@ApiTags('Web app')
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
      'For pages of this service only. Sets an HttpOnly cookie that is valid for twelve hours or until the key expires, and may do what ' +
      'the key may do, except read credentials and call providers directly.',
    access: 'public',
    status: 204,
    body: { type: SignInDto, examples: { 'With a key': { key: '<API key>' } } },
    problems: ['invalid-request', 'unauthenticated', 'forbidden'],
  })
  async signIn(
    @Body() { key, token }: SignInDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    // Login CSRF: another site could sign its visitors in as somebody else.
    requireSameOrigin(request, this.publicUrl);
    if (key !== undefined && token !== undefined)
      throw new Problem('invalid-request', 'Send a key or a token, not both.', {
        errors: [{ pointer: '/token', detail: 'does not go with "key"' }],
      });
    const { name, value, options } = await this.authentication.signIn(key ?? token ?? '', request.ip);
    reply.setCookie(name, value, options);
  }

  @Get()
  @Endpoint({
    summary: 'Get who is calling, and what they may do',
    access: 'any-scope',
    response: WebSessionDto,
  })
  getWebSession(@CurrentCaller() caller: Caller): WebSessionDto {
    return WebSessionDto.of(caller);
  }

  @Delete()
  @Endpoint({
    summary: 'Sign out of the web app',
    description: 'Ends the cookie and all copies of it.',
    access: 'public',
    status: 204,
    problems: ['forbidden'],
  })
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    requireSameOrigin(request, this.publicUrl);
    // Before the store is asked: the browser forgets its cookie even when the store is unavailable.
    const { name, value, options } = this.sessions.clearedCookie;
    reply.setCookie(name, value, options);
    await this.authentication.signOut(request);
  }
}
