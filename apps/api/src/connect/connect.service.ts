import { Inject, Injectable } from '@nestjs/common';
import {
  AuthorizationRequests,
  authorizationUrl,
  exchangeCode,
  isIssuer,
  type AuthorizationRequest,
  type BegunAuthorization,
  type Confirmation,
  type ConsumedAuthorizationRequest,
  type Finish,
  type Grant,
  type StateCookie,
} from '@causeway/oauth';
import { Problem, toProblem } from '@causeway/problem';
import { requireMayActFor, type Caller } from '../access/caller.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionsService } from '../connections/connections.service.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { NewGrants, type AuthorizedGrant, type CodeExchange } from '../connections/new-grants.js';
import { WaitingGrants } from '../connections/waiting-grants.js';
import type { IntegrationDefinition } from '../integrations/integration-definition.js';
import { IntegrationRegistry, type ConfiguredIntegration } from '../integrations/integration-registry.js';
import { Metrics } from '../metrics/metrics.js';
import type { AuthorizeDto } from './authorize.dto.js';
import {
  completionOf,
  parseResult,
  storedText,
  type Completion,
  type StoredOutcome,
  type StoredResult,
} from './completion.js';

/** The query of the callback: RFC 6749, 4.1.2 (`state`, `code`, `error`), and RFC 9207 (`iss`). */
export type AuthorizationResponse = Readonly<Record<string, unknown>>;

/** What a browser gets that opens an authorization URL: the page that asks the person, or the way to the provider. */
export type Opened = (Confirmation & { definition: IntegrationDefinition }) | { location: string; cookie: StateCookie };

type ReadCookie = (name: string) => string | undefined;

@Injectable()
export class ConnectService {
  constructor(
    private readonly requests: AuthorizationRequests,
    private readonly connections: ConnectionsService,
    private readonly newGrants: NewGrants,
    private readonly waitingGrants: WaitingGrants,
    private readonly registry: IntegrationRegistry,
    private readonly metrics: Metrics,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  /**
   * @param how `link`: the caller's browser follows a link, and no script waits for a code
   * @returns a URL of this service that starts the authorization in the browser that opens it
   */
  async authorize(
    integration: string,
    request: AuthorizeDto,
    caller: Caller,
    how: 'request' | 'link' = 'request',
  ): Promise<{ authorizationUrl: string; expiresAt: number }> {
    const { orgId, userId, scopes, returnTo, popupReturnTo, connectionId, orgName, userName } = request;
    const { registration } = this.registry.configured(integration);
    const owner = { orgId, userId, integration };
    requireMayActFor(caller, owner);
    requireMayRequest(caller, request, registration.scopes);
    this.requireAllowedOrigins(request);
    if (connectionId !== undefined) await this.connections.ofUser({ ...owner, connectionId }, caller);
    const { sealedRequest, expiresAt } = await this.requests.create({
      ...owner,
      scopes: scopes ?? registration.scopes,
      returnTo: returnTo ?? null,
      popupReturnTo: popupReturnTo ?? null,
      connectionId: connectionId ?? null,
      finish: request.finish ?? defaultFinish(caller, returnTo, how),
      orgName: orgName ?? null,
      userName: userName ?? null,
    });
    return { authorizationUrl: `${this.config.publicUrl}/connect/${sealedRequest}`, expiresAt };
  }

  async open(sealedRequest: string, cookie: ReadCookie): Promise<Opened> {
    const begun = await this.requests.begin(sealedRequest);
    if (begun !== null) return this.redirect(begun);
    const confirmation = await this.requests.confirmation(sealedRequest, cookie);
    const { definition } = this.registry.configured(confirmation.request.integration);
    return { ...confirmation, definition };
  }

  /** The person has pressed Continue. */
  async confirm(sealedRequest: string, token: string, cookie: ReadCookie): Promise<Opened> {
    return this.redirect(await this.requests.confirm(sealedRequest, token, cookie));
  }

  /** The person has pressed Cancel. */
  async cancel(sealedRequest: string, token: string, cookie: ReadCookie): Promise<Completion> {
    const request = await this.requests.cancel(sealedRequest, token, cookie);
    const { integration } = request;
    return completionOf(this.ended(request, { integration, problem: this.denied(integration) }), '');
  }

  /**
   * Completes or fails the authorization; does not throw. A callback that comes again gets what the first one got.
   * @param cookie reads a cookie of the browser that came back
   * @param httpRequestId for the log
   */
  async complete(
    integration: string,
    response: AuthorizationResponse,
    cookie: ReadCookie,
    httpRequestId: string,
  ): Promise<Completion> {
    let request: ConsumedAuthorizationRequest | null = null;
    let outcome: StoredOutcome;
    try {
      const configured = this.registry.configured(integration);
      // Nothing else in the response is trusted before its state has been checked.
      request = await this.requests.consume(integration, response['state'], cookie);
      const code = this.codeOf(configured, request, response);
      outcome = await this.useCode(configured, request, code, httpRequestId);
    } catch (error) {
      if (request === null) {
        const earlier = await this.requests.readResult(integration, response['state'], cookie).catch(() => null);
        if (earlier !== null) return completionOf(parseResult(earlier.text), earlier.finishCode);
      }
      outcome = { integration, problem: toProblem(error, httpRequestId) };
    }
    const result = this.ended(request, outcome);
    // A store that is unavailable spoils only a callback that comes again.
    if (request !== null) {
      const isOpen = 'isWaiting' in outcome;
      await this.requests.end(request, storedText(result), { isOpen }).catch(() => undefined);
    }
    return completionOf(result, request?.finishCode ?? '');
  }

  /** @throws Problem `invalid-request`, `attempt-expired`, `wrong-user`, and as `NewGrants.connect` */
  async finish(
    finishCode: string,
    named: { orgId: string | undefined; userId: string | undefined },
    caller: Caller,
  ): Promise<ConnectionRecord> {
    requireMayActFor(caller, named);
    const { record, slots } = await this.waitingGrants.finish(finishCode, userOf(caller, named), ({ integration }) =>
      requireMayActFor(caller, { integration }),
    );
    // Slots that are not given back expire.
    await this.requests.release(record, slots).catch(() => undefined);
    this.metrics.connects.inc({ integration: record.integration, outcome: 'connected' });
    return record;
  }

  private async redirect(begun: BegunAuthorization): Promise<Opened> {
    const { strategy } = this.registry.configured(begun.request.integration);
    return { location: await authorizationUrl(strategy, begun), cookie: begun.cookie };
  }

  private ended(request: AuthorizationRequest | null, outcome: StoredOutcome): StoredResult {
    this.metrics.connects.inc({
      integration: request?.integration ?? 'unknown',
      outcome: 'problem' in outcome ? outcome.problem.slug : 'connectionId' in outcome ? 'connected' : 'authorized',
    });
    return { outcome, returnTo: request?.returnTo ?? null, popupReturnTo: request?.popupReturnTo ?? null };
  }

  private async useCode(
    configured: ConfiguredIntegration,
    request: ConsumedAuthorizationRequest,
    code: string,
    requestId: string,
  ): Promise<StoredOutcome> {
    const { pathname: path } = new URL(configured.definition.token.url);
    const started = performance.now();
    const ended = (): CodeExchange => ({ path, durationMs: performance.now() - started, requestId });
    let grant: Grant;
    try {
      grant = await exchangeCode(configured.strategy, request, code);
    } catch (error) {
      // Of a connection that does not exist yet, there is no activity.
      const { connectionId: id } = request;
      if (id !== null) this.newGrants.recordExchange({ ...request, id }, ended(), toProblem(error, requestId));
      throw error;
    }
    return this.useGrant(configured, request, grant, ended());
  }

  /** A grant of which no connection is made is revoked. */
  private async useGrant(
    configured: ConfiguredIntegration,
    request: ConsumedAuthorizationRequest,
    grant: Grant,
    exchange: CodeExchange,
  ): Promise<StoredOutcome> {
    const { integration } = request;
    let authorized: AuthorizedGrant | null = null;
    try {
      authorized = await this.newGrants.identify(configured, request, grant, exchange);
      if (request.finish !== 'caller')
        return { integration, connectionId: (await this.newGrants.connect(authorized)).id };
      await this.newGrants.refuseOtherAccount(authorized);
      await this.waitingGrants.hold(authorized, request.finishCode, request.slots);
      return { integration, isWaiting: true };
    } catch (error) {
      const unused = authorized ?? (await this.newGrants.unidentified(request, grant).catch(() => null));
      if (unused !== null) await this.waitingGrants.drop(unused).catch(() => undefined);
      throw error;
    }
  }

  private codeOf(
    { definition }: ConfiguredIntegration,
    request: ConsumedAuthorizationRequest,
    response: AuthorizationResponse,
  ): string {
    const { name } = definition;
    const [code, error, iss] = [response['code'], response['error'], response['iss']].map(nonEmptyString);
    if (iss !== undefined && !isIssuer(definition, iss)) {
      throw new Problem(
        'authorization-failed',
        `The response names an issuer that is not ${name}; it was not used. Try to connect again.`,
      );
    }
    if (error === 'access_denied') throw this.denied(request.integration);
    if (error !== undefined || code === undefined) {
      throw new Problem(
        'authorization-failed',
        `${name} ended the authorization without granting access. Try to connect again.`,
        { providerCode: error },
      );
    }
    return code;
  }

  private denied(integration: string): Problem {
    const { name } = this.registry.get(integration).definition;
    return new Problem(
      'authorization-denied',
      `Access to ${name} was not granted. Connect again if that was not intended.`,
    );
  }

  private requireAllowedOrigins({ returnTo, popupReturnTo }: AuthorizeDto): void {
    for (const [name, url] of Object.entries({ returnTo, popupReturnTo })) {
      if (url === undefined || this.config.webOrigins.includes(new URL(url).origin)) continue;
      throw new Problem('invalid-request', 'The browser may only be sent to an origin that is listed in WEB_ORIGINS.', {
        errors: [{ pointer: `/${name}`, detail: 'has to have an origin that is listed in WEB_ORIGINS' }],
      });
    }
  }
}

/** A script in the user's browser can receive a finish code, and the server behind `returnTo` too. */
function defaultFinish({ kind, webSession }: Caller, returnTo: string | undefined, how: 'request' | 'link'): Finish {
  if (returnTo !== undefined || kind === 'session') return 'caller';
  return webSession !== null && how === 'request' ? 'caller' : 'person';
}

/**
 * Browsers get the operator's scopes at most, and someone has to show who their user is. A user could write somebody else's name.
 * @throws Problem `forbidden`
 */
function requireMayRequest(
  { kind, webSession }: Caller,
  { scopes: requested = [], finish, orgName, userName }: AuthorizeDto,
  scopes: readonly string[],
): void {
  const isForbidden = (what: string) => new Problem('forbidden', `Only an API key may ${what}.`);
  if (kind === 'session' && (orgName ?? userName) !== undefined) throw isForbidden('say which names a page shows');
  if (kind !== 'session' && webSession === null) return;
  if (finish === 'none') throw isForbidden('leave out who finishes the connection: ask for "caller" or "person"');
  const other = requested.find((scope) => !scopes.includes(scope));
  if (other !== undefined) throw isForbidden(`request the scope ${other}. Others may request ${scopes.join(', ')}`);
}

/** The user whom the caller has signed in. @throws Problem `invalid-request` */
function userOf(
  { kind, orgIds, userId: sessionUser }: Caller,
  { orgId, userId }: { orgId: string | undefined; userId: string | undefined },
): { orgId: string; userId: string } {
  if (kind === 'session') return { orgId: orgIds?.[0] ?? '', userId: sessionUser ?? '' };
  if (orgId !== undefined && userId !== undefined) return { orgId, userId };
  const missing = Object.entries({ orgId, userId }).flatMap(([name, value]) => (value === undefined ? [name] : []));
  throw new Problem(
    'invalid-request',
    `Name the user whom your server has signed in: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`,
    { errors: missing.map((name) => ({ pointer: `/${name}`, detail: 'is missing' })) },
  );
}

function nonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
