import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '@causeway/problem';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ACCESS_RULE, UNSAFE, type AccessRule } from '../access/access.decorator.js';
import { AuthenticationService } from './authentication.service.js';
import { withUsage, type AuthenticatedRequest } from '../access/caller.js';
import { requireSameOrigin } from '../access/same-origin.js';

/** Enforces the route's access rule. Whether the caller may act for an owner is checked where the connection is read. */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly rules = new Map<unknown, AccessRule | undefined>();

  constructor(
    private readonly reflector: Reflector,
    private readonly authentication: AuthenticationService,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.ruleOf(context);
    if (rule === 'public') return true;
    if (rule === undefined) throw new Problem('forbidden', 'No one may call this route.');
    const request = context.switchToHttp().getRequest<AuthenticatedRequest & FastifyRequest>();
    const caller = await this.authentication.authenticate(request);
    if (caller === null)
      throw new Problem('unauthenticated', 'Send a key or a session token: "Authorization: Bearer <key>".');
    if (caller.webSession !== null) {
      const isUnsafe = this.reflector.get<true | undefined>(UNSAFE, context.getHandler());
      requireSameOrigin(request, this.config.publicUrl, isUnsafe);
    }
    if (rule !== 'any-scope' && !caller.scopes.has(rule))
      throw new Problem('forbidden', `These credentials do not have the scope ${rule}.`);
    request.caller = withUsage(caller, request.id);
    request.isStillAuthorized = async () => (await this.authentication.authenticate(request)) !== null;
    return true;
  }

  /** Cached: reflection costs more than the rest of the guard. */
  private ruleOf(context: ExecutionContext): AccessRule | undefined {
    const handler = context.getHandler();
    if (!this.rules.has(handler)) {
      const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [handler, context.getClass()]);
      this.rules.set(handler, rule);
    }
    return this.rules.get(handler);
  }
}
