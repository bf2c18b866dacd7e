import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '@causeway/problem';
import { SCOPES, type Scope } from '../access/access.decorator.js';
import { actorOf } from '../access/actor.js';
import type { Caller } from '../access/caller.js';
import { clientNetwork } from '../access/client-network.js';
import { cookiesOf } from '../access/cookies.js';
import type { Principal, Session } from '../access/principal.js';
import { AuditChain } from '../audit/audit-chain.js';
import { RefusedCredentials } from '../audit/refused-credentials.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { hashOfKey, idOfApiKey, isSameKey, type ApiKeyRecord } from './keys/api-key.js';
import { KeysService } from './keys/keys.service.js';
import { SessionsService } from './sessions/sessions.service.js';
import { WebSessionsService, type SessionCookie } from './web-session/web-sessions.service.js';

const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);
const NOT_BY_COOKIE: ReadonlySet<Scope> = new Set<Scope>(['credentials:read', 'proxy']);
const UNLIMITED = {
  scopes: ALL_SCOPES,
  orgIds: null,
  userId: null,
  integrations: null,
  expiresAt: null,
  keyExpiresAt: null,
  webSession: null,
};
/** Sandbox mode listens on loopback only and needs no sign-in. */
const ANYONE: Caller = { kind: 'anyone', id: null, principal: null, ...UNLIMITED };

/** A request with credentials. With an `Authorization` header the cookie is not looked at. */
type Request = Pick<FastifyRequest, 'server' | 'headers' | 'ip'>;

@Injectable()
export class AuthenticationService {
  private readonly adminKeyHash: Buffer | null;
  private readonly operator: Caller;

  constructor(
    private readonly keys: KeysService,
    private readonly sessions: SessionsService,
    private readonly webSessions: WebSessionsService,
    private readonly audit: AuditChain,
    private readonly refused: RefusedCredentials,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {
    this.adminKeyHash = config.adminKey === null ? null : hashOfKey(config.adminKey);
    const adminKeyHash = this.adminKeyHash?.toString('base64url') ?? '';
    this.operator = { kind: 'operator', id: null, principal: { kind: 'operator', adminKeyHash }, ...UNLIMITED };
  }

  /** @returns `null` for no credentials, or bad ones. @throws Problem `store-unavailable` */
  async authenticate(request: Request): Promise<Caller | null> {
    const { authorization } = request.headers;
    if (authorization === undefined)
      return (await this.callerOfCookie(request)) ?? (this.config.mode === 'sandbox' ? ANYONE : null);
    const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    const caller = bearer === undefined ? null : await this.identify(bearer, Date.now());
    // Sessions end all the time: their tokens are no sign of somebody who guesses.
    if (caller === null && !this.sessions.isSealed(bearer ?? ''))
      this.refused.count('credentials-refused', clientNetwork(request.ip).name, idOfApiKey(bearer ?? ''));
    return caller;
  }

  /** Exchanges a key or a session token for the web app's cookie. @throws Problem `unauthenticated` */
  async signIn(key: string, address: string): Promise<SessionCookie> {
    const now = Date.now();
    const network = clientNetwork(address).name;
    const caller = await this.identify(key.trim(), now);
    if (caller?.principal == null) {
      this.refused.count('sign-in-failed', network, idOfApiKey(key.trim()));
      throw new Problem('unauthenticated', 'This key is not accepted: it may be mistyped, expired or revoked.');
    }
    await this.audit.recordForEach(caller.orgIds, {
      type: 'signed-in',
      actor: actorOf(caller),
      userId: caller.userId,
      detail: `from ${network}`,
    });
    return this.webSessions.create(caller.principal, caller.expiresAt, now);
  }

  async signOut(request: Request): Promise<void> {
    const now = Date.now();
    const session = await this.webSessions.find(cookiesOf(request), now);
    if (session === null) return;
    await this.webSessions.revoke(session, now);
    const caller = await this.callerOfPrincipal(session.opener, now);
    if (caller === null) return;
    const { orgIds, userId } = caller;
    await this.audit.recordForEach(orgIds, { type: 'signed-out', actor: actorOf(caller), userId });
  }

  private async identify(bearer: string, now: number): Promise<Caller | null> {
    if (this.adminKeyHash !== null && isSameKey(this.adminKeyHash, bearer)) return this.operator;
    const session = this.sessions.read(bearer, now);
    if (session !== null) return this.callerOfPrincipal({ kind: 'session', session }, now);
    const key = await this.keys.find(bearer, now);
    return key && callerOfKey(key);
  }

  private async callerOfCookie(request: Request): Promise<Caller | null> {
    const now = Date.now();
    const session = await this.webSessions.find(cookiesOf(request), now);
    const caller = session && (await this.callerOfPrincipal(session.opener, now));
    if (session === null || caller === null) return null;
    const scopes = new Set([...caller.scopes].filter((scope) => !NOT_BY_COOKIE.has(scope)));
    return { ...caller, scopes, expiresAt: session.expiresAt, webSession: session.id };
  }

  /** A web session or a session ends with the key that it comes from: when that is revoked, or the admin key changes. */
  private async callerOfPrincipal(principal: Principal, now: number): Promise<Caller | null> {
    switch (principal.kind) {
      case 'operator':
        return this.adminKeyHash !== null && isDeepStrictEqual(principal, this.operator.principal)
          ? this.operator
          : null;
      case 'session':
        return (await this.isValid(principal.session, now)) ? callerOfSession(principal.session) : null;
      case 'key': {
        const key = await this.keys.findById(principal.keyId, now);
        return key && callerOfKey(key);
      }
    }
  }

  private async isValid(session: Session, now: number): Promise<boolean> {
    const { webSession } = session;
    const maker = session.maker as Session['maker'] | undefined;
    // Earlier versions made sessions without one, which could not be ended.
    if (maker === undefined) return false;
    const [isEnded, isSignedOut, madeBy] = await Promise.all([
      this.sessions.isEnded(session),
      webSession !== null && this.webSessions.isSignedOut(webSession),
      maker === null ? (this.config.mode === 'sandbox' ? ANYONE : null) : this.callerOfPrincipal(maker, now),
    ]);
    return !isEnded && !isSignedOut && madeBy !== null;
  }
}

function callerOfSession(session: Session): Caller {
  const { id, orgId, userId, integrations, scopes, expiresAt } = session;
  return {
    kind: 'session',
    id,
    scopes: new Set(scopes),
    orgIds: [orgId],
    userId,
    integrations,
    expiresAt,
    keyExpiresAt: expiresAt,
    webSession: null,
    principal: { kind: 'session', session },
  };
}

/** Without a spread: properties that replace spread ones take V8's slow path on every request. */
function callerOfKey({ id, scopes, orgIds, expiresAt }: ApiKeyRecord): Caller {
  return {
    kind: 'key',
    id,
    scopes: scopes.includes('admin') ? ALL_SCOPES : new Set(scopes),
    orgIds,
    userId: null,
    integrations: null,
    expiresAt,
    keyExpiresAt: expiresAt,
    webSession: null,
    principal: { kind: 'key', keyId: id },
  };
}
