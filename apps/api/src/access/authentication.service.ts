import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { configuration } from '../configuration/environment.js';
import { hashOfKey, isSameKey } from '../keys/api-key.js';
import { KeysService } from '../keys/keys.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { SCOPES, type Scope } from './access.decorator.js';
import type { Caller } from './caller.js';

const EVERYTHING: ReadonlySet<Scope> = new Set(SCOPES);
/** A person in a browser connects and looks; credentials and the raw API are for back ends. */
const OF_SESSIONS: ReadonlySet<Scope> = new Set<Scope>(['connections:read', 'connections:write', 'items:read']);
const UNLIMITED = { orgIds: null, userId: null, integrations: null };
const OPERATOR: Caller = { kind: 'operator', id: null, scopes: EVERYTHING, ...UNLIMITED };

/** Finds out who is calling. */
@Injectable()
export class AuthenticationService {
  private readonly adminKeyHash: Buffer | null;

  constructor(
    private readonly keys: KeysService,
    private readonly sessions: SessionsService,
    @Inject(configuration.KEY) private readonly config: ConfigType<typeof configuration>,
  ) {
    this.adminKeyHash = config.adminKey === null ? null : hashOfKey(config.adminKey);
  }

  /** @returns `null` for no credentials, or bad ones. */
  async callerOf(authorization: string | undefined): Promise<Caller | null> {
    const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (bearer === undefined) return authorization === undefined ? this.anyone() : null;
    if (this.adminKeyHash !== null && isSameKey(this.adminKeyHash, bearer)) {
      return OPERATOR;
    }
    const now = Date.now();
    const session = this.sessions.open(bearer, now);
    if (session !== null) {
      const { id, orgId, userId, integrations } = session;
      return { kind: 'session', id, scopes: OF_SESSIONS, orgIds: [orgId], userId, integrations };
    }
    const key = await this.keys.find(bearer, now);
    if (key === null) return null;
    const scopes = key.scopes.includes('admin') ? EVERYTHING : new Set(key.scopes);
    return { kind: 'key', id: key.id, scopes, orgIds: key.orgIds, userId: null, integrations: null };
  }

  /** Sandbox mode listens on loopback only and wants no sign-in. */
  private anyone(): Caller | null {
    if (this.config.mode !== 'sandbox') return null;
    return { kind: 'anyone', id: null, scopes: EVERYTHING, ...UNLIMITED };
  }
}
