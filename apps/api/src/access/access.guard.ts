import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Reflector } from '@nestjs/core';
import { Problem } from '#problem';
import { configuration } from '../configuration/environment.js';
import { ACCESS_RULE, type AccessRule } from './access.decorator.js';

/** Lets a caller in by the route's rule. The operator's key may do everything; in sandbox mode (loopback only) anyone may. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly adminKeyHash: Buffer | null;

  constructor(
    private readonly reflector: Reflector,
    @Inject(configuration.KEY) private readonly config: ConfigType<typeof configuration>,
  ) {
    this.adminKeyHash = config.adminKey === null ? null : hash(config.adminKey);
  }

  canActivate(context: ExecutionContext): boolean {
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (rule === 'public') return true;
    if (rule === undefined) throw new Problem('forbidden', 'This route is open to nobody.');
    const { headers } = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>();
    const key = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (this.config.mode === 'sandbox' && (headers.authorization === undefined || this.adminKeyHash === null))
      return true;
    if (key !== undefined && this.adminKeyHash !== null && timingSafeEqual(hash(key), this.adminKeyHash)) return true;
    throw new Problem('unauthenticated', 'Send a key: "Authorization: Bearer <key>".');
  }
}

/** Hashed first so that the comparison takes the same time whatever the lengths. */
function hash(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
