import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATE_COOKIE_PREFIX, type StateCookie } from '@causeway/oauth';
import { toProblem } from '@causeway/problem';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { cookieName, cookiesOf } from '../access/cookies.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { requireSameOrigin } from '../access/same-origin.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionDto, connectionLinks } from '../connections/connection.dto.js';
import { isoTime } from '../dto/iso-time.js';
import { ApiIntegrationParam } from '../integrations/integration.dto.js';
import { AuthorizationDto, AuthorizeDto, ConfirmationDto } from './authorize.dto.js';
import { CallbackPage } from './callback-page.js';
import type { Completion } from './completion.js';
import { sendConfirmationPage } from './confirmation-page.js';
import { ConnectService, type Opened } from './connect.service.js';
import { FinishDto } from './finish.dto.js';
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
@ApiTags('Connect')
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
    summary: 'Start connecting an account',
    description:
      "Returns a URL to open in the user's own browser, in a popup or in the same window. Whoever has the URL could send it to somebody " +
      'else, whose account would then be connected for the wrong user: `finish` says who shows that the browser belongs to this user.',
    access: 'connections:write',
    status: 201,
    response: AuthorizationDto,
    body: {
      type: AuthorizeDto,
      examples: {
        'With a page that asks the person': { orgId: 'acme', userId: 'ann' },
        'Finished by your page or server': { orgId: 'acme', userId: 'ann', finish: 'caller' },
      },
    },
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
    summary: 'Start connecting an account from a plain link',
    description:
      'Redirects into the flow: for a link that a person follows. With the cookie of the web app, the link has to be on a page of this ' +
      'service, and without `returnTo` it leads to a page that asks the person first.',
    access: 'connections:write',
    isUnsafe: true,
    status: 302,
    problems: AUTHORIZE_PROBLEMS,
  })
  @ApiResponse({
    status: 200,
    description: 'After the redirect, the page that asks the person.',
    content: { 'text/html': {} },
  })
  async authorizeByLink(
    @Param('integration') integration: string,
    @Query() query: AuthorizeDto,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (isPrefetch(request)) return sendNothing(reply);
    const { authorizationUrl } = await this.connect.authorize(integration, query, caller, 'link');
    await reply.header('cache-control', 'no-store').redirect(authorizationUrl, 302);
  }

  @Post('connections/finish')
  @Endpoint({
    summary: 'Finish connecting an account',
    description:
      'Makes the connection of an account that was authorized with `finish: "caller"`. The finish code works once, within five minutes, ' +
      'and only for the user for whom the authorization was started: a session acts for its own user, and an API key names the user whom ' +
      'your server has signed in. For another user the account is not connected, and its grant is revoked.',
    access: 'connections:write',
    status: 201,
    response: ConnectionDto,
    body: {
      type: FinishDto,
      examples: { 'For the user who is signed in': { finishCode: '<finishCode>', orgId: 'acme', userId: 'ann' } },
    },
    links: connectionLinks('$response.body#/id'),
    problems: ['invalid-request', 'attempt-expired', 'wrong-user', 'wrong-account', 'unknown-connection'],
  })
  async finish(
    @Body() { finishCode, orgId, userId }: FinishDto,
    @CurrentCaller() caller: Caller,
  ): Promise<ConnectionDto> {
    const record = await this.connect.finish(finishCode, { orgId, userId }, caller);
    return ConnectionDto.of({ record, lastUsedAt: null });
  }

  @Get('connect/:sealedRequest')
  @Access('public')
  @ApiExcludeEndpoint()
  async open(
    @Param('sealedRequest') sealedRequest: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (isPrefetch(request)) return sendNothing(reply);
    await this.orCallbackPage(request, reply, async () =>
      this.sendOpened(request, reply, await this.connect.open(sealedRequest, this.cookieReader(request))),
    );
  }

  @Post('connect/:sealedRequest')
  @Access('public')
  @ApiExcludeEndpoint()
  async confirm(
    @Param('sealedRequest') sealedRequest: string,
    @Body() { token, decision }: ConfirmationDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.orCallbackPage(request, reply, async () => {
      requireSameOrigin(request, this.config.publicUrl);
      const cookie = this.cookieReader(request);
      if (decision === 'cancel')
        await this.sendCompletion(request, reply, await this.connect.cancel(sealedRequest, token, cookie));
      else await this.sendOpened(request, reply, await this.connect.confirm(sealedRequest, token, cookie));
    });
  }

  @Get('integrations/:integration/oauth2callback')
  @ApiIntegrationParam()
  @Endpoint({
    summary: 'Where a provider sends the browser back to',
    description:
      'Not for your code: register it with the provider as the redirect URI. It returns a page that posts the result to its opener and ' +
      'closes, or redirects to `returnTo`.',
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
    const cookie = this.cookieReader(request);
    await this.sendCompletion(
      request,
      reply,
      await this.connect.complete(integration, request.query, cookie, request.id),
    );
  }

  private async sendOpened(request: FastifyRequest, reply: FastifyReply, opened: Opened): Promise<void> {
    this.clearOldStateCookies(request, reply);
    this.setStateCookie(reply, opened.cookie);
    if ('token' in opened) return sendConfirmationPage(reply, opened.definition, opened.request, opened.token);
    const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
    // A form is followed by a GET.
    await reply.headers(headers).redirect(opened.location, request.method === 'POST' ? 303 : 302);
  }

  private async sendCompletion(request: FastifyRequest, reply: FastifyReply, completion: Completion): Promise<void> {
    if (completion.location === null) await this.page.send(request, reply, completion);
    else await reply.header('cache-control', 'no-store').redirect(completion.location, 303);
  }

  private async orCallbackPage(request: FastifyRequest, reply: FastifyReply, send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      const outcome = { integration: null, problem: toProblem(error, request.id) };
      await this.page.send(request, reply, { outcome, popupLocation: null });
    }
  }

  private cookieReader(request: FastifyRequest): (name: string) => string | undefined {
    const cookies = cookiesOf(request);
    return (name) => cookies[cookieName(this.config, name)];
  }

  private setStateCookie(reply: FastifyReply, { name, value, maxAgeSeconds }: StateCookie): void {
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
