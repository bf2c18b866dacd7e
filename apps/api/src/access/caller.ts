import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import type { Scope } from './access.decorator.js';
import type { Principal } from './principal.js';
import { UpstreamUsage } from './upstream-usage.js';

/** The `id` is not a secret: it may be in logs and in the audit log. */
export interface Caller {
  /** `anyone`: sandbox mode, on loopback. */
  kind: 'operator' | 'key' | 'session' | 'anyone';
  id: string | null;
  scopes: ReadonlySet<Scope>;
  /** Organizations that the caller may act for; `null`: all. */
  orgIds: readonly string[] | null;
  /** The only user that a session acts for; `null`: any user of these organizations. */
  userId: string | null;
  /** Integrations that a session is limited to; `null`: all. */
  integrations: readonly string[] | null;
  /** When the credentials expire, in milliseconds since the epoch; `null`: never. */
  expiresAt: number | null;
  /** The id of the web session if the credential is a cookie, which a browser sends by itself; `null`: the request has an `Authorization` header. */
  webSession: string | null;
  /** `null`: `anyone`. */
  principal: Principal | null;
  /** When the key expires from which the rights come; `null`: never. A web session may end before it. */
  keyExpiresAt: number | null;
  /** Of the request that has this caller. */
  usage?: UpstreamUsage;
}

/** Whoever runs a command on the machine. */
export const EVERYWHERE: Caller = {
  kind: 'operator',
  id: null,
  scopes: new Set(),
  orgIds: null,
  userId: null,
  integrations: null,
  expiresAt: null,
  webSession: null,
  principal: null,
  keyExpiresAt: null,
};

interface Owner {
  orgId: string;
  userId: string;
  integration: string;
}

/** The owner fields in a request. */
type PartialOwner = { [Name in keyof Owner]?: Owner[Name] | undefined };

export function mayActFor({ orgIds, userId, integrations }: Caller, owned: PartialOwner): boolean {
  return (
    (orgIds === null || owned.orgId === undefined || orgIds.includes(owned.orgId)) &&
    (userId === null || owned.userId === undefined || owned.userId === userId) &&
    (integrations === null || owned.integration === undefined || integrations.includes(owned.integration))
  );
}

/**
 * For organization and user ids in a request. A connection that belongs to somebody else is `unknown-connection` instead: see `ConnectionsService.get`.
 * @throws Problem `forbidden`
 */
export function requireMayActFor(caller: Caller, owned: PartialOwner): void {
  if (mayActFor(caller, owned)) return;
  throw new Problem('forbidden', 'These credentials may not act for this organization, user or integration.');
}

/** What limits count by. All web sessions of one key count as that key. */
export function credentialOf({ kind, id }: Caller): string {
  return `${kind} ${id ?? ''}`;
}

/** For what concerns all organizations. @throws Problem `forbidden` */
export function requireUnlimited({ orgIds }: Caller): void {
  if (orgIds === null) return;
  throw new Problem('forbidden', 'This concerns all organizations, and these credentials are limited to some.');
}

/**
 * Checks again whether a request's credentials are accepted: while a stream runs, a key may be revoked and a session may end.
 * @throws Problem `store-unavailable`
 */
export type AuthorizationCheck = () => Promise<boolean>;

/** What the guard adds to a request of a route that is not public. */
export interface AuthenticatedRequest {
  caller?: Caller;
  isStillAuthorized?: AuthorizationCheck;
}

/** Injects the caller into a handler. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(requestOf(context)),
);

/** Injects the `AuthorizationCheck` into a handler whose response may outlive the caller's credentials. */
export const IsStillAuthorized = createParamDecorator(
  (_: unknown, context: ExecutionContext) => requestOf(context).isStillAuthorized,
);

/** Without a spread: properties that replace spread ones take V8's slow path on every request. */
export function withUsage(caller: Caller, requestId: string): Caller {
  const { kind, id, scopes, orgIds, userId, integrations, expiresAt, webSession, principal, keyExpiresAt } = caller;
  const usage = new UpstreamUsage(requestId);
  return { kind, id, scopes, orgIds, userId, integrations, expiresAt, webSession, principal, keyExpiresAt, usage };
}

export function callerOf({ caller }: AuthenticatedRequest): Caller {
  if (caller === undefined) throw new Problem('forbidden', 'No one may call this route.');
  return caller;
}

function requestOf(context: ExecutionContext): AuthenticatedRequest {
  return context.switchToHttp().getRequest<AuthenticatedRequest>();
}
