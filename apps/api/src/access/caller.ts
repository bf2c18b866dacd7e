import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import type { Scope } from './access.decorator.js';

/** Who is calling, as the guard found out. `id` is fit for logs and the audit trail: it is no secret. */
export interface Caller {
  /** `anyone`: sandbox mode, on loopback. */
  kind: 'operator' | 'key' | 'session' | 'anyone';
  id: string | null;
  scopes: ReadonlySet<Scope>;
  /** Organisations that the caller may act for; `null`: all. */
  orgIds: readonly string[] | null;
  /** A session acts for one user only; `null`: any user of these organisations. */
  userId: string | null;
  /** Integrations that a session is limited to; `null`: all. */
  integrations: readonly string[] | null;
  /** When these credentials end, in milliseconds since the epoch; `null`: not by themselves. */
  expiresAt: number | null;
  /** Signed in to the web app: its browser sends the cookie by itself. `null`: the request names its credentials. */
  webSession: string | null;
}

/** What of a connection decides who may see it. */
interface Owned {
  orgId: string;
  userId: string;
  integration: string;
}

/** What a caller named of it, as far as it did. */
type Named = { [Name in keyof Owned]?: Owned[Name] | undefined };

export function mayActFor({ orgIds, userId, integrations }: Caller, owned: Named): boolean {
  return (
    (orgIds === null || owned.orgId === undefined || orgIds.includes(owned.orgId)) &&
    (userId === null || owned.userId === undefined || owned.userId === userId) &&
    (integrations === null || owned.integration === undefined || integrations.includes(owned.integration))
  );
}

/** For names that the caller gave himself. Somebody else's connection is not found instead: see `ConnectionsService.get`. */
export function requireMayActFor(caller: Caller, owned: Named): void {
  if (mayActFor(caller, owned)) return;
  throw new Problem('forbidden', 'These credentials do not allow to act for this organisation, user or integration.');
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

export function callerOf({ caller }: AuthenticatedRequest): Caller {
  if (caller === undefined) throw new Problem('forbidden', 'This route is open to nobody.');
  return caller;
}

function requestOf(context: ExecutionContext): AuthenticatedRequest {
  return context.switchToHttp().getRequest<AuthenticatedRequest>();
}
