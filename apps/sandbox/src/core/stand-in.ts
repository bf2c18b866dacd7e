import type { Account } from './account.js';
import type { Allowance, Draw, Spent } from '../control/allowance.js';
import type { RegisteredApp } from '../oauth/registered-app.js';
import type { Grant, PresentedToken, TokenRefusal } from '../oauth/grants.js';
import type { OAuthRules } from '../oauth/rules.js';
import type { Answer } from './answer.js';
import type { Call } from './call.js';
import type { ProviderId } from './provider-id.js';
import type { World } from './world.js';

/** Who calls a data endpoint, once the token has been accepted. */
export interface Session {
  readonly grant: Grant;
  readonly app: RegisteredApp;
  readonly account: Account;
  /** Item counts in force for this account. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Seed of everything generated for this account. */
  readonly seed: string;
  readonly scopes: ReadonlySet<string>;
}

/** What a route outside the data API works on. */
export interface Here {
  readonly world: World;
  readonly standIn: StandIn;
}

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'GET|POST';
  /** Below the provider's prefix, with Fastify's `:name` parameters. */
  readonly path: string;
}

export interface OpenRoute extends RouteBase {
  readonly kind: 'authorize' | 'token';
  /** What the log counts it as. */
  readonly as: 'authorize' | 'token' | 'revoke' | 'introspect';
  handle(call: Call, here: Here): Answer;
}

export interface DataRoute extends RouteBase {
  readonly kind: 'data';
  readonly as?: 'revoke';
  /** Allowances this request draws on; none: not limited. */
  draws?(call: Call, session: Session): Draw[];
  handle(call: Call, session: Session): Answer;
}

export type Route = OpenRoute | DataRoute;

/** A provider as the sandbox plays it: a value, without state. What is common to all four lives in core/, oauth/ and control/. */
export interface StandIn {
  readonly id: ProviderId;
  readonly title: string;
  /** Colour of the consent page. */
  readonly tint: string;
  readonly accounts: readonly Account[];
  /** Names that the control API may give a size; an account that has none of a name leaves it to the generator. */
  readonly sizeNames: readonly string[];
  readonly limits: Readonly<Record<string, Allowance>>;
  readonly oauth: OAuthRules;
  readonly routes: readonly Route[];
  /** Where the provider accepts the access token; undefined when none was sent. */
  presentedToken(call: Call): string | undefined;
  refuseToken(call: Call, why: TokenRefusal, token: PresentedToken | undefined): Answer;
  /** Checks that come after the token, e.g. a required version header. */
  admit?(call: Call): Answer | undefined;
  rateLimited(call: Call, spent: Spent | undefined, reason: string | undefined): Answer;
  serverError(call: Call, status: number): Answer;
  notFound(call: Call): Answer;
  /** The answer to a cursor that has expired or was never given out. */
  badCursor(call: Call): Answer;
  /** Last touch on every answer: request ids, limit headers. */
  finish(call: Call, answer: Answer, session: Session | undefined, spent: readonly Spent[]): Answer;
}
