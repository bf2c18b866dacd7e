import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATE_COOKIE_PREFIX, type BegunAuthorization } from '@causeway/oauth';
import { toProblem } from '@causeway/problem';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { cookieName, cookiesOf } from '../access/cookies.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { isoTime } from '../dto/iso-time.js';
import { ApiIntegrationParam } from '../integrations/integration.dto.js';
import { AuthorizationDto, AuthorizeDto } from './authorize.dto.js';
import { CallbackPage } from './callback-page.js';
import { ConnectService } from './connect.service.js';
import { isPrefetch } from './prefetch.js';

const AUTHORIZE_PROBLEMS = [
  'invalid-request',
  'unknown-integration',
  'integration-not-configured',
  'unknown-connection',
] as const;

/** As many as a user may have open attempts. Each takes 86 bytes of every request's headers, of which servers accept 8 to 16 kB. */
const MAX_STATE_COOKIES = 20;

/** The authorization code flow of RFC 6749, 4.1, as a browser goes through it. */
@Controller()
export class ConnectController {
  constructor(
    private readonly connect: ConnectService,
    private readonly page: CallbackPage,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  @Post('integrations/:integration/authorize')
  @ApiIntegrationParam()
  @Endpoint({
    summary: 'Start to connect an account',
    description: "Returns a URL to open in the user's own browser.",
    access: 'connections:write',
    status: 201,
    response: AuthorizationDto,
    problems: AUTHORIZE_PROBLEMS,
  })
  async authorize(
    @Param('integration') integration: string,
    @Body() request: AuthorizeDto,
    @CurrentCaller() caller: Caller,
  ): Promise<AuthorizationDto> {
    const { authorizationUrl, expiresAt } = await this.connect.authorize(integration, request, caller);
    return { authorizationUrl, expiresAt: isoTime(expiresAt) };
  }

  @Get('integrations/:integration/authorize')
  @ApiIntegrationParam()
  @Endpoint({
    summary: 'Start to connect an account, as a plain link',
    access: 'connections:write',
    status: 302,
    problems: AUTHORIZE_PROBLEMS,
  })
  async authorizeByLink(
    @Param('integration') integration: string,
    @Query() request: AuthorizeDto,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { authorizationUrl } = await this.connect.authorize(integration, request, caller);
    await reply.header('cache-control', 'no-store').redirect(authorizationUrl, 302);
  }

  @Get('connect/:requestId')
  @Access('public')
  @ApiExcludeEndpoint()
  async begin(
    @Param('requestId') requestId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (isPrefetch(request)) return sendNothing(reply);
    try {
      const { location, cookie } = await this.connect.begin(requestId);
      this.clearOldStateCookies(request, reply);
      this.setStateCookie(reply, cookie);
      await reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).redirect(location, 302);
    } catch (error) {
      await this.page.send(request, reply, { integration: null, problem: toProblem(error, request.id) });
    }
  }

  @Get('integrations/:integration/oauth2callback')
  @ApiIntegrationParam()
  @Endpoint({
    summary: 'Where a provider sends the browser back to',
    description: 'Returns a page that posts the result to its opener and closes, or redirects to `returnTo`.',
    access: 'public',
    problems: [
      'attempt-expired',
      'authorization-denied',
      'authorization-failed',
      'wrong-account',
      'provider-timeout',
      'provider-unavailable',
    ],
  })
  async callback(
    @Param('integration') integration: string,
    @Req() request: FastifyRequest<{ Querystring: Record<string, unknown> }>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (isPrefetch(request)) return sendNothing(reply);
    const { outcome, location } = await this.connect.complete(
      integration,
      request.query,
      (name) => cookiesOf(request)[cookieName(this.config, name)],
      request.id,
    );
    if (location === null) await this.page.send(request, reply, outcome);
    else await reply.header('cache-control', 'no-store').redirect(location, 303);
  }

  private setStateCookie(reply: FastifyReply, { name, value, maxAgeSeconds }: BegunAuthorization['cookie']): void {
    // Lax, because the provider sends the browser back by a top-level GET.
    reply.setCookie(cookieName(this.config, name), value, { maxAge: maxAgeSeconds, sameSite: 'lax' });
  }

  private clearOldStateCookies(request: FastifyRequest, reply: FastifyReply): void {
    const prefix = cookieName(this.config, STATE_COOKIE_PREFIX);
    // The oldest first (RFC 6265, 5.4).
    const names = Object.keys(cookiesOf(request)).filter((name) => name.startsWith(prefix));
    for (const name of names.slice(0, Math.max(0, names.length + 1 - MAX_STATE_COOKIES)))
      reply.setCookie(name, '', { maxAge: 0, sameSite: 'lax' });
  }
}

async function sendNothing(reply: FastifyReply): Promise<void> {
  await reply.status(204).header('cache-control', 'no-store').send();
}
