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

/** The caller, for a handler. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest()),
);

/** A request that the guard has seen. */
export interface AuthenticatedRequest {
  caller?: Caller;
}

export function callerOf({ caller }: AuthenticatedRequest): Caller {
  if (caller === undefined) throw new Problem('forbidden', 'This route is open to nobody.');
  return caller;
}
