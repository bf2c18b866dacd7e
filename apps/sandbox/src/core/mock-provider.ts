import type { Account, AccountData } from './account.js';
import type { RateLimit, RateLimitKey, RateLimitUse } from '../control/rate-limit.js';
import type { RegisteredApp } from '../oauth/registered-app.js';
import type { SentWebhook } from '../webhooks/deliveries.js';
import type { JournalRules } from '../webhooks/event-journal.js';
import type { Hook } from '../webhooks/hooks.js';
import type { ProviderEvent, WebhookRules } from '../webhooks/webhook-rules.js';
import type { Grant, PresentedToken, TokenRefusal } from '../oauth/grants.js';
import type { OAuthRules } from '../oauth/rules.js';
import type { MockResponse } from './response.js';
import type { MockRequest } from './request.js';
import type { ItemEditor } from './item-editor.js';
import type { ProviderId } from './provider-id.js';
import type { SandboxState } from './sandbox-state.js';

/** The caller of a data endpoint, after its token has been accepted. */
export interface AuthorizedSession extends AccountData {
  readonly grant: Grant;
  readonly app: RegisteredApp;
  readonly scopes: ReadonlySet<string>;
}

/** What a handler outside the data API receives. */
export interface RouteContext {
  readonly sandbox: SandboxState;
  readonly mockProvider: MockProvider;
}

/** A provider whose webhooks are made through its API. */
export interface HookRules {
  publish(context: RouteContext, data: AccountData, events: readonly ProviderEvent[]): void;
  /** Sends a notification now, without retries. */
  notify(context: RouteContext, hook: Hook, isSpoiled: boolean): Promise<SentWebhook>;
}

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET|POST';
  /** Below the provider's prefix, with Fastify's `:name` parameters. */
  readonly path: string;
}

export interface PublicRoute extends RouteBase {
  readonly kind: 'authorize' | 'token';
  /** Counted as this kind in the request log. */
  readonly as: 'authorize' | 'token' | 'revoke' | 'introspect';
  handle(request: MockRequest, context: RouteContext): MockResponse;
}

export interface DataRoute extends RouteBase {
  readonly kind: 'data';
  readonly as?: 'revoke';
  /** Rate limits that count this request. None: the request is not limited. */
  rateLimitKeys?(request: MockRequest, session: AuthorizedSession): RateLimitKey[];
  handle(request: MockRequest, session: AuthorizedSession, context: RouteContext): MockResponse;
}

/** For an app itself, whose token is of no account. */
export interface AppRoute extends RouteBase {
  readonly kind: 'app';
  readonly as: 'data';
  handle(request: MockRequest, context: RouteContext): MockResponse;
}

export type Route = PublicRoute | DataRoute | AppRoute;

/** A mock provider is a stateless value. What all four share lives in core/, oauth/ and control/. */
export interface MockProvider {
  readonly id: ProviderId;
  readonly title: string;
  /** Colour of the consent page. */
  readonly color: string;
  readonly accounts: readonly Account[];
  /** Names that the control API may give a size; an account that has none of a name leaves it to the generator. */
  readonly sizeNames: readonly string[];
  readonly limits: Readonly<Record<string, RateLimit>>;
  readonly oauth: OAuthRules;
  readonly routes: readonly Route[];
  readonly items: ItemEditor;
  readonly webhooks?: WebhookRules;
  readonly hooks?: HookRules;
  readonly journal?: JournalRules;
  /** Where the provider accepts the access token; undefined when none was sent. */
  presentedToken(request: MockRequest): string | undefined;
  rejectToken(request: MockRequest, why: TokenRefusal, token: PresentedToken | undefined): MockResponse;
  /** Checks that come after the token, e.g. a required version header. */
  validate?(request: MockRequest): MockResponse | undefined;
  rateLimited(request: MockRequest, spent: RateLimitUse | undefined, reason: string | undefined): MockResponse;
  serverError(request: MockRequest, status: number): MockResponse;
  notFound(request: MockRequest): MockResponse;
  /** Response to a cursor that has expired or was never issued. */
  badCursor(request: MockRequest): MockResponse;
  /** Adds what every response carries: request ids, rate-limit headers. */
  finalize(
    request: MockRequest,
    response: MockResponse,
    session: AuthorizedSession | undefined,
    spent: readonly RateLimitUse[],
  ): MockResponse;
}
