import { Injectable, Logger } from '@nestjs/common';
import type { AuthorizationRequest, Credential, Grant } from '@causeway/oauth';
import { Problem } from '@causeway/problem';
import { UpstreamError } from '@causeway/http-client';
import type { ActivitySubject } from '../activity/activity-entry.js';
import { ActivityLog } from '../activity/activity-log.js';
import { AuditChain } from '../audit/audit-chain.js';
import type { ConfiguredIntegration } from '../integrations/integration-registry.js';
import type { Account } from '../integrations/integration.js';
import type { AuditEntry } from './audit-entry.js';
import { ConnectionApi } from './connection-api.js';
import { ConnectionCredentials, grantOf, unknownConnection } from './connection-credentials.js';
import { isOwnedBy, newConnectionId, type ConnectionRecord } from './connection-record.js';
import { ConnectionRepository } from './connection.repository.js';
import { SharedGrants } from './shared-grants.js';

const MAX_RACES = 5;
const MAX_ID_LENGTH = 128;

/** What it takes to revoke a grant of which no connection was made. */
export interface UnusedGrant {
  integration: string;
  credential: Credential;
  /** See `SharedGrants`. */
  fingerprint: string;
  authorizedAt: number;
}

/** Everything that a connection is made of. It can be kept as JSON. */
export interface AuthorizedGrant extends UnusedGrant {
  orgId: string;
  userId: string;
  /** The connection that was authorized again. */
  connectionId: string | null;
  account: Account;
  accountKey: string;
  /** Authorizing again replaced the tokens of the grant. */
  replacesTokens: boolean;
  /** The provider's id of the user who gave it; `null`: the provider does not say. */
  authorizedBy: string | null;
  /** The provider's id of the user, who may be a bot, whose grant it is. */
  grantee?: string | undefined;
  /** Not of one that was imported, or waits since a version that does not know it. */
  exchange?: CodeExchange;
}

/** The token request that the grant came with. */
export interface CodeExchange {
  path: string;
  durationMs: number;
  requestId: string;
}

/** Makes connections of grants. */
@Injectable()
export class NewGrants {
  private readonly logger = new Logger('Connections');

  constructor(
    private readonly repository: ConnectionRepository,
    private readonly credentials: ConnectionCredentials,
    private readonly api: ConnectionApi,
    private readonly grants: SharedGrants,
    private readonly audit: AuditChain,
    private readonly activity: ActivityLog,
  ) {}

  /** Finds out whose account it is. @throws Problem `authorization-failed`: the provider does not say */
  async identify(
    configured: ConfiguredIntegration,
    request: AuthorizationRequest,
    grant: Grant,
    exchange?: CodeExchange,
  ): Promise<AuthorizedGrant> {
    const identity = await configured.integration
      .identify(grant, this.api.ofGrant(configured, grant.accessToken), () =>
        configured.tokens.introspect(grant.accessToken),
      )
      .catch((error: unknown) => {
        throw error instanceof UpstreamError ? notIdentified(configured.definition.name, error) : error;
      });
    const { orgId, userId, connectionId } = request;
    return {
      ...(await this.unidentified(request, grant, identity.grant)),
      orgId,
      userId,
      connectionId,
      account: identity.account,
      accountKey: identity.key,
      replacesTokens: identity.grant !== undefined,
      authorizedBy: identity.authorizedBy ?? null,
      grantee: identity.grantee,
      ...(exchange && { exchange }),
    };
  }

  /** @param name the provider's name of the grant */
  async unidentified(
    { integration, scopes: requested }: AuthorizationRequest,
    grant: Grant,
    name = grantOf(grant),
  ): Promise<UnusedGrant> {
    const { accessToken, refreshToken, expiresAt, refreshExpiresAt = null } = grant;
    return {
      integration,
      credential: { accessToken, refreshToken, expiresAt, refreshExpiresAt, scopes: grant.scopes ?? [...requested] },
      fingerprint: await this.grants.fingerprint(integration, name),
      authorizedAt: Date.now(),
    };
  }

  /**
   * Creates a connection for a grant, or renews the one for the same account, which keeps its id.
   * @param newId of a connection that is created
   * @throws Problem `wrong-account`, `unknown-connection`
   */
  async connect(authorized: AuthorizedGrant, newId?: string): Promise<ConnectionRecord> {
    await this.refuseOtherAccount(authorized);
    // Most accounts are new: that there is one already is what the store says.
    let id = authorized.connectionId;
    for (let race = 0; race < MAX_RACES; race += 1) {
      const record = id === null ? await this.create(authorized, newId) : await this.renew(id, authorized);
      if (record !== null) {
        await this.share(authorized, record.id);
        if (authorized.exchange !== undefined) this.recordExchange(record, authorized.exchange);
        this.logger.log(`connected ${record.integration} ${record.id}`);
        return record;
      }
      id = await this.repository.idOf(authorized);
    }
    throw new Problem('store-unavailable', 'Too many changes to one connection at the same time. Connect again.');
  }

  /** In the activity log. */
  recordExchange(connection: ActivitySubject, exchange: CodeExchange, failure?: Problem): void {
    const { path, durationMs, requestId } = exchange;
    const actor = { kind: 'user' as const, id: connection.userId, usage: { requestId } };
    const problem = failure?.slug;
    this.activity.record(connection, actor, { kind: 'exchange', method: 'POST', path, durationMs, problem });
  }

  /** The other connections that hold the grant get its new tokens, where these have replaced theirs. */
  async share({ replacesTokens, fingerprint, credential, authorizedAt }: AuthorizedGrant, id = ''): Promise<void> {
    if (replacesTokens) await this.credentials.share({ id, grant: fingerprint, credential, at: authorizedAt });
  }

  /** @throws Problem `wrong-account`, `unknown-connection` */
  async refuseOtherAccount(authorized: AuthorizedGrant): Promise<void> {
    const { connectionId, accountKey } = authorized;
    if (connectionId === null) return;
    const record = (await this.repository.find(connectionId))?.record;
    if (record === undefined || !isOwnedBy(record, authorized)) throw unknownConnection(connectionId);
    if (record.accountKey !== accountKey) {
      await this.recordRefusal(authorized, 'wrong-account');
      throw new Problem(
        'wrong-account',
        `This connection is for ${record.account.name}, but another account was authorized. Connect again and choose that account.`,
        { connectionId },
      );
    }
  }

  /** Of which no connection is made. */
  recordRefusal(authorized: AuthorizedGrant, reason: 'wrong-account' | 'wrong-user' | 'not-finished'): Promise<void> {
    const { integration, orgId, userId, connectionId } = authorized;
    const actor = { kind: 'user', id: userId } as const;
    const detail = `${integration}: ${reason}`;
    return this.audit.record({ type: 'grant-refused', actor, orgId, userId, connectionId, detail });
  }

  /** `null`: there is a connection for the same account. */
  private async create(authorized: AuthorizedGrant, newId?: string): Promise<ConnectionRecord | null> {
    const { integration, orgId, userId, accountKey, fingerprint } = authorized;
    const id = newId ?? newConnectionId(orgId);
    const granted = this.granted(authorized, id);
    const record: ConnectionRecord = {
      id,
      integration,
      orgId,
      userId,
      accountKey,
      createdAt: granted.updatedAt,
      lastRefreshedAt: null,
      generation: 1,
      ...granted,
    };
    await this.grants.join(fingerprint, id);
    if (await this.repository.create(record, auditEntry('connected', authorized))) return record;
    await this.grants.leave(fingerprint, id);
    return null;
  }

  /** `null`: it was removed meanwhile. */
  private async renew(id: string, authorized: AuthorizedGrant): Promise<ConnectionRecord | null> {
    const { fingerprint } = authorized;
    const granted = this.granted(authorized, id);
    let previous: string | undefined = fingerprint;
    await this.grants.join(fingerprint, id);
    const renewed = await this.repository.update(
      id,
      (record) => {
        previous = record.grant;
        return { ...record, ...granted, generation: record.generation + 1 };
      },
      { auditEntry: auditEntry('reconnected', authorized), event: 'connection.updated' },
    );
    if (renewed === null) await this.grants.leave(fingerprint, id);
    else if (previous !== undefined && previous !== fingerprint) await this.grants.leave(previous, id);
    return renewed;
  }

  /** The fields that a grant sets, in a new connection or an existing one. */
  private granted(authorized: AuthorizedGrant, id: string) {
    const { integration, orgId, credential, account, fingerprint, authorizedAt, grantee } = authorized;
    return {
      account,
      problem: null,
      scopes: credential.scopes,
      updatedAt: Date.now(),
      connectedAt: authorizedAt,
      expiresAt: credential.expiresAt,
      healthyUntil: this.credentials.healthyUntil(integration, credential, authorizedAt),
      grant: fingerprint,
      ...(grantee !== undefined && { grantee }),
      credential: this.credentials.seal(credential, { orgId, id }),
    };
  }
}

/** The callback has no credential, so the actor is the user. */
function auditEntry(type: 'connected' | 'reconnected', { userId, authorizedBy }: AuthorizedGrant): AuditEntry {
  const detail = authorizedBy === null ? undefined : `authorized by ${authorizedBy.slice(0, MAX_ID_LENGTH)}`;
  return { type, detail, actor: { kind: 'user', id: userId } };
}

/** Timeouts and outages stay what they are; everything else is a failed authorization. */
function notIdentified(name: string, error: UpstreamError): Problem {
  const problem = error.toProblem();
  if (['timeout', 'rate-limited', 'quota-exhausted', 'unavailable', 'stopping'].includes(error.reason)) return problem;
  return new Problem(
    'authorization-failed',
    `${name} granted access, but did not say for which account. Try to connect again.`,
    problem.details,
    { cause: error },
  );
}
