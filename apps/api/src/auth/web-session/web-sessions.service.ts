import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { KeyValueStore } from '@causeway/store';
import { Keyring, type SealingKeys } from '@causeway/crypto';
import { cookieName } from '../../access/cookies.js';
import { CONFIGURATION, type Configuration } from '../../configuration/configuration.js';
import type { Principal } from '../../access/principal.js';

/** A sign-in to the web app, in one browser. Times are milliseconds since the epoch. */
export interface WebSession {
  id: string;
  /** The name is in the cookies that browsers hold. */
  opener: Principal;
  expiresAt: number;
}

export interface SessionCookie {
  name: string;
  value: string;
  /** `maxAge` in seconds. */
  options: { maxAge: number; sameSite: 'strict' };
}

const MAX_AGE_MS = 12 * 60 * 60_000;
const CONTEXT = 'web session';
const PARTITION = 'web-sessions';

export const SESSION_COOKIE = 'causeway-session';

/**
 * The web app's cookie carries the sealed session itself. The store holds only the ids of sessions that were signed out, until they
 * would have expired anyway. `SameSite=Strict`: browsers do not send the cookie with requests that another site causes, links included.
 */
@Injectable()
export class WebSessionsService {
  private readonly cookieName: string;
  private readonly keys: SealingKeys;

  constructor(
    keyring: Keyring,
    private readonly store: KeyValueStore,
    @Inject(CONFIGURATION) config: Configuration,
  ) {
    this.cookieName = cookieName(config, SESSION_COOKIE);
    this.keys = keyring.sealingKeys('web session');
  }

  /** @param principalExpiresAt `null`: never */
  create(principal: Principal, principalExpiresAt: number | null, now: number): SessionCookie {
    const expiresAt = Math.min(now + MAX_AGE_MS, principalExpiresAt ?? Infinity);
    const session: WebSession = { id: randomUUID(), opener: principal, expiresAt };
    return {
      name: this.cookieName,
      value: this.keys.seal(JSON.stringify(session), CONTEXT),
      options: { maxAge: Math.max(1, Math.floor((expiresAt - now) / 1000)), sameSite: 'strict' },
    };
  }

  get clearedCookie(): SessionCookie {
    return { name: this.cookieName, value: '', options: { maxAge: 0, sameSite: 'strict' } };
  }

  /** @returns `null` for no session cookie, a changed one, or a session that has expired or was signed out. @throws Problem `store-unavailable` */
  async find(cookies: Record<string, string | undefined>, now: number): Promise<WebSession | null> {
    const sealed = cookies[this.cookieName];
    const opened = sealed === undefined ? null : this.keys.tryOpen(sealed, CONTEXT);
    const session = opened === null ? null : (JSON.parse(opened) as WebSession);
    if (session === null || session.expiresAt <= now) return null;
    return (await this.isSignedOut(session.id)) ? null : session;
  }

  async isSignedOut(id: string): Promise<boolean> {
    return (await this.store.get({ partition: PARTITION, key: keyOf(id) })) !== null;
  }

  /** From now on every replica refuses this session, also in copies of the cookie. */
  async revoke({ id, expiresAt }: WebSession, now: number): Promise<void> {
    const ttlMs = Math.max(1, expiresAt - now);
    await this.store.commitIfUnchanged(PARTITION, { put: [{ key: keyOf(id), value: 'signed out', ttlMs }] });
  }
}

function keyOf(id: string): string {
  return `signed-out:${id}`;
}
