import { SetMetadata } from '@nestjs/common';

export const SCOPES = [
  'connections:read',
  'connections:write',
  'items:read',
  'syncs:read',
  'syncs:write',
  'webhooks:read',
  'webhooks:write',
  'credentials:read',
  'proxy',
  'sessions:write',
  'admin',
] as const;

export type Scope = (typeof SCOPES)[number];

/** `public`: anyone; `any-scope`: any valid credential; otherwise the scope that the caller needs. */
export type AccessRule = 'public' | 'any-scope' | Scope;

export const ACCESS_RULE = 'causeway:access';

/** Who may call a route. The guard refuses every request to a route without a rule. */
export const Access = (rule: AccessRule) => SetMetadata(ACCESS_RULE, rule);

export const UNSAFE = 'causeway:unsafe';

/** A GET that changes something: with the web app's cookie, it has to come from a page of this service, like a POST. */
export const Unsafe = () => SetMetadata(UNSAFE, true);
