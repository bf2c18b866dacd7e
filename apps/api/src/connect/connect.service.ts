import { Inject, Injectable } from '@nestjs/common';
import {
  AuthorizationRequests,
  authorizationUrl,
  exchangeCode,
  isIssuer,
  type BegunAuthorization,
  type ConsumedAuthorizationRequest,
  type Grant,
} from '@causeway/oauth';
import { Problem, toProblem } from '@causeway/problem';
import { requireMayActFor, type Caller } from '../access/caller.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { NewGrants } from '../connections/new-grants.js';
import { IntegrationRegistry, type ConfiguredIntegration } from '../integrations/integration-registry.js';
import { Metrics } from '../metrics/metrics.js';
import type { AuthorizeDto } from './authorize.dto.js';
import type { Outcome } from './callback-page.js';

/** The query of the callback: RFC 6749, 4.1.2 (`state`, `code`, `error`), and RFC 9207 (`iss`). */
export type AuthorizationResponse = Readonly<Record<string, unknown>>;

/** How a callback ended, and where the browser goes next; `null`: the callback page. */
interface Completion {
  outcome: Outcome;
  location: string | null;
}

/** `returnTo` gets exactly one of them. */
const OUTCOME_PARAMETERS = ['connectionId', 'finishCode', 'problem'];

@Injectable()
export class ConnectService {
  constructor(
    private readonly requests: AuthorizationRequests,
    private readonly connections: ConnectionsService,
    private readonly newGrants: NewGrants,
    private readonly registry: IntegrationRegistry,
    private readonly metrics: Metrics,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  /** @returns a URL of this service that starts the authorization in the browser that opens it */
  async authorize(
    integration: string,
    { orgId, userId, scopes, returnTo, connectionId }: AuthorizeDto,
    caller: Caller,
  ): Promise<{ authorizationUrl: string; expiresAt: number }> {
    const { registration } = this.registry.configured(integration);
    const owner = { orgId, userId, integration };
    requireMayActFor(caller, owner);
    requireMayRequest(caller, scopes, registration.scopes);
    this.requireAllowedOrigin(returnTo);
    if (connectionId !== undefined) await this.connections.ofUser({ ...owner, connectionId }, caller);
    const { requestId, expiresAt } = await this.requests.create({
      integration,
      orgId,
      userId,
      scopes: scopes ?? registration.scopes,
      returnTo: returnTo ?? null,
      connectionId: connectionId ?? null,
    });
    return { authorizationUrl: `${this.config.publicUrl}/connect/${requestId}`, expiresAt };
  }

  /** @returns the provider's authorization URL, and the cookie that ties the request to this browser */
  async begin(requestId: string): Promise<{ location: string; cookie: BegunAuthorization['cookie'] }> {
    const begun = await this.requests.begin(requestId);
    const { strategy } = this.registry.configured(begun.request.integration);
    return { location: await authorizationUrl(strategy, begun), cookie: begun.cookie };
  }

  /**
   * Completes or fails the authorization; does not throw. A callback that comes again gets what the first one got.
   * @param cookie reads a cookie of the browser that came back
   * @param httpRequestId for the log
   */
  async complete(
    integration: string,
    response: AuthorizationResponse,
    cookie: (name: string) => string | undefined,
    httpRequestId: string,
  ): Promise<Completion> {
    let request: ConsumedAuthorizationRequest | null = null;
    let outcome: Outcome;
    try {
      const configured = this.registry.configured(integration);
      // Nothing else in the response is trusted before its state has been checked.
      request = await this.requests.consume(integration, response['state'], cookie);
      const grant = await this.requestGrant(configured, request, response);
      const { id } = await this.newGrants.connect(configured, request, grant);
      outcome = { integration, connectionId: id };
    } catch (error) {
      if (request === null) {
        const earlier = await this.requests.readResult(integration, response['state'], cookie).catch(() => null);
        if (earlier !== null) return parseCompletion(earlier);
      }
      outcome = { integration, problem: toProblem(error, httpRequestId) };
    }
    this.metrics.connects.inc({
      integration: request?.integration ?? 'unknown',
      outcome: 'problem' in outcome ? outcome.problem.slug : 'connected',
    });
    const returnTo = request?.returnTo ?? null;
    const completion = { outcome, location: returnTo === null ? null : returnUrl(returnTo, outcome) };
    // A store that is unavailable spoils only a callback that comes again.
    if (request !== null) await this.requests.keepResult(request, JSON.stringify(completion)).catch(() => undefined);
    return completion;
  }

  private requestGrant(
    { definition, strategy }: ConfiguredIntegration,
    request: ConsumedAuthorizationRequest,
    response: AuthorizationResponse,
  ): Promise<Grant> {
    const { name } = definition;
    const [code, error, iss] = [response['code'], response['error'], response['iss']].map(nonEmptyString);
    if (iss !== undefined && !isIssuer(definition, iss)) {
      throw new Problem(
        'authorization-failed',
        `The response names an issuer that is not ${name}; it was not used. Try to connect again.`,
      );
    }
    if (error === 'access_denied') {
      throw new Problem(
        'authorization-denied',
        `Access to ${name} was not granted. Connect again if that was not intended.`,
      );
    }
    if (error !== undefined || code === undefined) {
      throw new Problem(
        'authorization-failed',
        `${name} ended the authorization without granting access. Try to connect again.`,
        { providerCode: error },
      );
    }
    return exchangeCode(strategy, request, code);
  }

  private requireAllowedOrigin(returnTo: string | undefined): void {
    if (returnTo === undefined || this.config.webOrigins.includes(new URL(returnTo).origin)) return;
    throw new Problem('invalid-request', 'The browser may only be sent to an origin that is listed in WEB_ORIGINS.', {
      errors: [{ pointer: '/returnTo', detail: 'has to have an origin that is listed in WEB_ORIGINS' }],
    });
  }
}

/** Browsers get the operator's scopes at most. @throws Problem `forbidden` */
function requireMayRequest(
  { kind, webSession }: Caller,
  requested: readonly string[] = [],
  scopes: readonly string[],
): void {
  const other = requested.find((scope) => !scopes.includes(scope));
  if (other === undefined || (kind !== 'session' && webSession === null)) return;
  throw new Problem(
    'forbidden',
    `Only an API key may request the scope ${other}. Others may request ${scopes.join(', ')}.`,
  );
}

function parseCompletion(json: string): Completion {
  const { outcome, location } = JSON.parse(json) as Completion;
  if (!('problem' in outcome)) return { outcome, location };
  const { slug, detail, details } = outcome.problem;
  return { outcome: { ...outcome, problem: new Problem(slug, detail, details) }, location };
}

function returnUrl(returnTo: string, outcome: Outcome): string {
  const url = new URL(returnTo);
  for (const name of OUTCOME_PARAMETERS) url.searchParams.delete(name);
  if ('problem' in outcome) url.searchParams.set('problem', outcome.problem.slug);
  else url.searchParams.set('connectionId', outcome.connectionId);
  return url.href;
}

function nonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
