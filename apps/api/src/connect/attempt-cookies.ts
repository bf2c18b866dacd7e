import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { stateCookieName, type BegunAuthorization } from '@causeway/oauth';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { Cookies } from '../http/cookies.js';

/**
 * The cookie that ties an attempt to a browser: `Lax`, because the browser comes back from another site by a top-level GET, and one for
 * each attempt, so that tabs do not disturb each other.
 */
@Injectable()
export class AttemptCookies {
  private readonly cookies: Cookies;

  constructor(@Inject(CONFIGURATION) { publicUrl }: Configuration) {
    this.cookies = new Cookies(publicUrl, 'Lax');
  }

  set({ name, value, maxAgeSeconds }: BegunAuthorization['cookie']): string {
    return this.cookies.set(name, value, maxAgeSeconds);
  }

  clear(state: string): string {
    return this.cookies.clear(stateCookieName(state));
  }

  get(request: FastifyRequest, name: string): string | undefined {
    return this.cookies.get(request.headers.cookie, name);
  }
}
