import { Inject, Injectable } from '@nestjs/common';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { hashOfKey, isSameKey, type ApiKeyRecord } from './keys/api-key.js';
import { KeysService } from './keys/keys.service.js';
import { SessionsService, type Session } from './sessions/sessions.service.js';
import { WebSessionsService, type Opener } from './web-session/web-sessions.service.js';
import { SCOPES, type Scope } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';

const EVERYTHING: ReadonlySet<Scope> = new Set(SCOPES);
/** A person in a browser connects and looks; credentials and the raw API are for back ends. */
const OF_SESSIONS: ReadonlySet<Scope> = new Set<Scope>(['connections:read', 'connections:write', 'items:read']);
const NOT_IN_BROWSERS: ReadonlySet<Scope> = new Set<Scope>(['credentials:read', 'proxy']);
const UNLIMITED = { orgIds: null, userId: null, integrations: null, expiresAt: null, webSession: null };
const OPERATOR: Caller = { kind: 'operator', id: null, scopes: EVERYTHING, ...UNLIMITED };

/** Where a request says who is calling. */
export interface Credentials {
  authorization?: string | undefined;
  /** The web app's. Whoever sends the other header is asked by that one alone. */
  cookie?: string | undefined;
}

/** What somebody signs in with, and when that ends: milliseconds since the epoch. */
interface FoundOpener {
  opener: Opener;
  expiresAt: number | null;
}

/** Finds out who is calling. */
@Injectable()
export class AuthenticationService {
  private readonly adminKeyHash: Buffer | null;

  constructor(
    private readonly keys: KeysService,
    private readonly sessions: SessionsService,
    private readonly webSessions: WebSessionsService,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {
    this.adminKeyHash = config.adminKey === null ? null : hashOfKey(config.adminKey);
  }

  /** @returns `null` for no credentials, or bad ones. */
  async callerOf({ authorization, cookie }: Credentials): Promise<Caller | null> {
    if (authorization === undefined) return (await this.callerOfCookie(cookie)) ?? this.anyone();
    const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (bearer === undefined) return null;
    if (this.isAdminKey(bearer)) return OPERATOR;
    const now = Date.now();
    const session = this.sessions.open(bearer, now);
    if (session !== null) return ofSession(session);
    const key = await this.keys.find(bearer, now);
    return key && ofKey(key);
  }

  /** For signing in to the web app. @returns `null` for a key that opens nothing. */
  async openerOf(bearer: string, now: number): Promise<FoundOpener | null> {
    if (this.adminKeyHash !== null && this.isAdminKey(bearer)) {
      const adminKeyHash = this.adminKeyHash.toString('base64url');
      return { opener: { kind: 'operator', adminKeyHash }, expiresAt: null };
    }
    const session = this.sessions.open(bearer, now);
    if (session !== null) return { opener: { kind: 'session', session }, expiresAt: session.expiresAt };
    const key = await this.keys.find(bearer, now);
    return key && { opener: { kind: 'key', keyId: key.id }, expiresAt: key.expiresAt };
  }

  private async callerOfCookie(cookie: string | undefined): Promise<Caller | null> {
    if (cookie === undefined) return null;
    const now = Date.now();
    const found = await this.webSessions.find(cookie, now);
    const caller = found && (await this.callerOfOpener(found.opener, now));
    if (found === null || caller === null) return null;
    const scopes = new Set([...caller.scopes].filter((scope) => !NOT_IN_BROWSERS.has(scope)));
    return { ...caller, scopes, expiresAt: found.expiresAt, webSession: found.id };
  }

  /** A key that was revoked, and an admin key that was changed, end what was opened with them. */
  private async callerOfOpener(opener: Opener, now: number): Promise<Caller | null> {
    switch (opener.kind) {
      case 'operator':
        return this.adminKeyHash?.toString('base64url') === opener.adminKeyHash ? OPERATOR : null;
      case 'session':
        return ofSession(opener.session);
      case 'key': {
        const key = await this.keys.findById(opener.keyId, now);
        return key && ofKey(key);
      }
    }
  }

  private isAdminKey(bearer: string): boolean {
    return this.adminKeyHash !== null && isSameKey(this.adminKeyHash, bearer);
  }

  /** Sandbox mode listens on loopback only and wants no sign-in. */
  private anyone(): Caller | null {
    if (this.config.mode !== 'sandbox') return null;
    return { kind: 'anyone', id: null, scopes: EVERYTHING, ...UNLIMITED };
  }
}

function ofSession({ id, orgId, userId, integrations, expiresAt }: Session): Caller {
  return {
    kind: 'session',
    id,
    scopes: OF_SESSIONS,
    orgIds: [orgId],
    userId,
    integrations,
    expiresAt,
    webSession: null,
  };
}

function ofKey({ id, scopes, orgIds, expiresAt }: ApiKeyRecord): Caller {
  const all = scopes.includes('admin') ? EVERYTHING : new Set(scopes);
  return { kind: 'key', id, scopes: all, orgIds, userId: null, integrations: null, expiresAt, webSession: null };
}
