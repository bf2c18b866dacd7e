import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { stateCookieName, type BegunAuthorization } from '@causeway/oauth';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { cookieName } from '../access/cookies.js';

/**
 * The cookie that ties an authorization request to a browser: `Lax`, because the provider sends the browser back by a top-level GET, and
 * one for each authorization request, so that several tabs do not disturb each other.
 */
@Injectable()
export class AttemptCookies {
  constructor(@Inject(CONFIGURATION) private readonly config: Configuration) {}

  set(reply: FastifyReply, { name, value, maxAgeSeconds }: BegunAuthorization['cookie']): FastifyReply {
    return reply.setCookie(cookieName(this.config, name), value, { maxAge: maxAgeSeconds, sameSite: 'lax' });
  }

  clear(reply: FastifyReply, state: string): void {
    this.set(reply, { name: stateCookieName(state), value: '', maxAgeSeconds: 0 });
  }

  get(request: FastifyRequest, name: string): string | undefined {
    return request.cookies[cookieName(this.config, name)];
  }
}
