import { Inject, Injectable } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { SCOPES, type Scope } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { hashOfKey, isSameKey, type ApiKeyRecord } from './keys/api-key.js';
import { KeysService } from './keys/keys.service.js';
import { SessionsService, type Session } from './sessions/sessions.service.js';
import { WebSessionsService, type Principal, type SessionCookie } from './web-session/web-sessions.service.js';

const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);
/** Sessions are for browsers. Reading tokens and calling a provider's own API are for back ends. */
const SESSION_SCOPES: ReadonlySet<Scope> = new Set<Scope>(['connections:read', 'connections:write', 'items:read']);
const NOT_BY_COOKIE: ReadonlySet<Scope> = new Set<Scope>(['credentials:read', 'proxy']);
const UNLIMITED = { orgIds: null, userId: null, integrations: null, expiresAt: null, webSession: null };
const OPERATOR: Caller = { kind: 'operator', id: null, scopes: ALL_SCOPES, ...UNLIMITED };
/** Sandbox mode listens on loopback only and needs no sign-in. */
const ANYONE: Caller = { kind: 'anyone', id: null, scopes: ALL_SCOPES, ...UNLIMITED };

type Cookies = Record<string, string | undefined>;

/** Where a request has its credentials. With an `Authorization` header the cookie is not looked at. */
export interface Credentials {
  headers: { authorization?: string | undefined };
  cookies: Cookies;
}

interface Identity {
  caller: Caller;
  principal: Principal;
}

@Injectable()
export class AuthenticationService {
  private readonly adminKeyHash: Buffer | null;
  private readonly operator: Identity & { principal: { kind: 'operator' } };

  constructor(
    private readonly keys: KeysService,
    private readonly sessions: SessionsService,
    private readonly webSessions: WebSessionsService,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {
    this.adminKeyHash = config.adminKey === null ? null : hashOfKey(config.adminKey);
    const adminKeyHash = this.adminKeyHash?.toString('base64url') ?? '';
    this.operator = { caller: OPERATOR, principal: { kind: 'operator', adminKeyHash } };
  }

  /** @returns `null` for no credentials, or bad ones. @throws Problem `store-unavailable` */
  async authenticate({ headers: { authorization }, cookies }: Credentials): Promise<Caller | null> {
    if (authorization === undefined)
      return (await this.callerOfCookie(cookies)) ?? (this.config.mode === 'sandbox' ? ANYONE : null);
    const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    return bearer === undefined ? null : ((await this.identify(bearer, Date.now()))?.caller ?? null);
  }

  /** Exchanges a key or a session token for the web app's cookie. @throws Problem `unauthenticated` */
  async signIn(key: string): Promise<SessionCookie> {
    const now = Date.now();
    const identity = await this.identify(key.trim(), now);
    if (identity === null)
      throw new Problem('unauthenticated', 'This key is not accepted: it may be mistyped, expired or revoked.');
    return this.webSessions.create(identity.principal, identity.caller.expiresAt, now);
  }

  async signOut(cookies: Cookies): Promise<void> {
    const now = Date.now();
    const session = await this.webSessions.find(cookies, now);
    if (session !== null) await this.webSessions.revoke(session, now);
  }

  private async identify(bearer: string, now: number): Promise<Identity | null> {
    if (this.adminKeyHash !== null && isSameKey(this.adminKeyHash, bearer)) return this.operator;
    const session = this.sessions.verify(bearer, now);
    if (session !== null) return { caller: callerOfSession(session), principal: { kind: 'session', session } };
    const key = await this.keys.find(bearer, now);
    return key && { caller: callerOfKey(key), principal: { kind: 'key', keyId: key.id } };
  }

  private async callerOfCookie(cookies: Cookies): Promise<Caller | null> {
    const now = Date.now();
    const session = await this.webSessions.find(cookies, now);
    const caller = session && (await this.callerOfPrincipal(session.opener, now));
    if (session === null || caller === null) return null;
    const scopes = new Set([...caller.scopes].filter((scope) => !NOT_BY_COOKIE.has(scope)));
    return { ...caller, scopes, expiresAt: session.expiresAt, webSession: session.id };
  }

  /** A web session ends with the key that it was signed in with: when that is revoked, or the admin key changes. */
  private async callerOfPrincipal(principal: Principal, now: number): Promise<Caller | null> {
    switch (principal.kind) {
      case 'operator':
        return this.adminKeyHash !== null && principal.adminKeyHash === this.operator.principal.adminKeyHash
          ? OPERATOR
          : null;
      case 'session':
        return callerOfSession(principal.session);
      case 'key': {
        const key = await this.keys.findById(principal.keyId, now);
        return key && callerOfKey(key);
      }
    }
  }
}

function callerOfSession({ id, orgId, userId, integrations, expiresAt }: Session): Caller {
  return {
    kind: 'session',
    id,
    scopes: SESSION_SCOPES,
    orgIds: [orgId],
    userId,
    integrations,
    expiresAt,
    webSession: null,
  };
}

function callerOfKey({ id, scopes, orgIds, expiresAt }: ApiKeyRecord): Caller {
  const all = scopes.includes('admin') ? ALL_SCOPES : new Set(scopes);
  return { kind: 'key', id, scopes: all, orgIds, userId: null, integrations: null, expiresAt, webSession: null };
}
