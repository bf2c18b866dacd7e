import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyRequest } from 'fastify';
import { attemptCookieName, type OpenedAttempt } from '#oauth';
import { configuration } from '../configuration/environment.js';

/**
 * The cookie that ties an attempt to a browser: `Lax`, because the browser comes back from another site by a top-level GET, and one for
 * each attempt, so that tabs do not disturb each other. On https its name makes the browser itself refuse any other origin's.
 */
@Injectable()
export class AttemptCookies {
  private readonly prefix: string;
  private readonly attributes: string;

  constructor(@Inject(configuration.KEY) { publicUrl }: ConfigType<typeof configuration>) {
    const secure = publicUrl.startsWith('https:');
    this.prefix = secure ? '__Host-' : '';
    this.attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  }

  set({ name, value, maxAgeSeconds }: OpenedAttempt['cookie']): string {
    return `${this.prefix}${name}=${value}; Max-Age=${maxAgeSeconds}; ${this.attributes}`;
  }

  clear(state: string): string {
    return `${this.prefix}${attemptCookieName(state)}=; Max-Age=0; ${this.attributes}`;
  }

  get(request: FastifyRequest, name: string): string | undefined {
    const wanted = `${this.prefix}${name}=`;
    const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
  }
}
