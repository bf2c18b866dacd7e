import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthorizationRequests, type ConsumedAuthorizationRequest } from '@causeway/oauth';
import { toProblem } from '@causeway/problem';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { isoTime } from '../dto/iso-time.js';
import { ApiIntegrationParam } from '../integrations/integration.dto.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { Metrics } from '../metrics/metrics.js';
import { AttemptCookies } from './attempt-cookies.js';
import { AuthorizationDto, AuthorizeDto } from './authorize.dto.js';
import { ClosingPage, type Outcome } from './closing-page.js';
import { ConnectService } from './connect.service.js';

const STARTING = [
  'invalid-request',
  'unknown-integration',
  'integration-not-configured',
  'unknown-connection',
] as const;

/** The way of a browser: to the provider, and back. */
@Controller()
export class ConnectController {
  constructor(
    private readonly connect: ConnectService,
    private readonly attempts: AuthorizationRequests,
    private readonly registry: IntegrationRegistry,
    private readonly cookies: AttemptCookies,
    private readonly page: ClosingPage,
    private readonly metrics: Metrics,
  ) {}

  @Post('integrations/:integration/authorize')
  @ApiIntegrationParam()
  @Endpoint({
    summary: 'Start to connect an account',
    description: "Answers a page of this service to open in the user's own browser.",
    access: 'connections:write',
    status: 201,
    response: AuthorizationDto,
    problems: STARTING,
  })
  async authorize(
    @Param('integration') integration: string,
    @Body() request: AuthorizeDto,
    @CurrentCaller() caller: Caller,
  ): Promise<AuthorizationDto> {
    const { authorizationUrl, expiresAt } = await this.connect.start(integration, request, caller);
    return { authorizationUrl, expiresAt: isoTime(expiresAt) };
  }

  @Get('integrations/:integration/authorize')
  @ApiIntegrationParam()
  @Endpoint({
    summary: 'Start to connect an account, as a plain link',
    access: 'connections:write',
    status: 302,
    problems: STARTING,
  })
  async authorizeByLink(
    @Param('integration') integration: string,
    @Query() request: AuthorizeDto,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { authorizationUrl } = await this.connect.start(integration, request, caller);
    await reply.header('cache-control', 'no-store').redirect(authorizationUrl, 302);
  }

  @Get('connect/:ticket')
  @Access('public')
  @ApiExcludeEndpoint()
  async open(
    @Param('ticket') ticket: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    try {
      const { location, cookie } = await this.connect.open(ticket);
      await this.cookies
        .set(reply, cookie)
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .redirect(location, 302);
    } catch (error) {
      await this.page.send(request, reply, { integration: null, problem: toProblem(error) });
    }
  }

  @Get('integrations/:integration/oauth2callback')
  @ApiIntegrationParam()
  @Endpoint({
    summary: 'Where a provider sends the browser back to',
    description: 'Answers a small page that tells its opener and closes, or goes on to `returnTo`.',
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
    const { state, code, error, iss } = request.query;
    let attempt: ConsumedAuthorizationRequest | null = null;
    let outcome: Outcome;
    try {
      this.registry.get(integration);
      // Nothing that the provider sent is believed before the attempt has been taken.
      attempt = await this.attempts.consume(integration, state, (name) => this.cookies.get(request, name));
      const { id } = await this.connect.finish(attempt, {
        code: text(code),
        error: text(error),
        iss: text(iss),
      });
      outcome = { integration, connectionId: id };
    } catch (caught) {
      outcome = { integration, problem: toProblem(caught) };
    }
    this.metrics.connects.inc({
      integration: attempt?.integration ?? 'unknown',
      outcome: 'problem' in outcome ? outcome.problem.slug : 'connected',
    });
    if (typeof state === 'string') this.cookies.clear(reply, state);
    await (attempt === null || attempt.returnTo === null
      ? this.page.send(request, reply, outcome)
      : reply.header('cache-control', 'no-store').redirect(returnUrl(attempt.returnTo, outcome), 303));
  }
}

function returnUrl(returnTo: string, outcome: Outcome): string {
  const url = new URL(returnTo);
  if ('problem' in outcome) url.searchParams.set('problem', outcome.problem.slug);
  else url.searchParams.set('connectionId', outcome.connectionId);
  return url.href;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
