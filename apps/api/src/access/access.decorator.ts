import { SetMetadata } from '@nestjs/common';

export const SCOPES = [
  'connections:read',
  'connections:write',
  'items:read',
  'credentials:read',
  'proxy',
  'sessions:write',
  'admin',
] as const;

export type Scope = (typeof SCOPES)[number];

/** `public`: anyone; `any-scope`: whoever has credentials that are good; otherwise the scope that the caller needs. */
export type AccessRule = 'public' | 'any-scope' | Scope;

export const ACCESS_RULE = 'causeway:access';

/** Who may call a route. A route without a rule is closed to everybody. */
export const Access = (rule: AccessRule) => SetMetadata(ACCESS_RULE, rule);
