import { Injectable, Logger } from '@nestjs/common';
import type { AuthorizationRequest, Grant, RevocationResult } from '@causeway/oauth';
import { Problem } from '@causeway/problem';
import { UpstreamError } from '@causeway/http-client';
import { Keyring } from '@causeway/crypto';
import { type StoredCredential } from '@causeway/oauth';
import { actorOf, type Actor } from '../access/actor.js';
import { AuditLog } from './audit-log.js';
import { IntegrationRegistry, type ConfiguredIntegration } from '../integrations/integration-registry.js';
import type { AccountIdentity } from '../integrations/integration.js';
import { mayActFor, requireMayActFor, type Caller } from '../access/caller.js';
import { ConnectionApi } from './connection-api.js';
import { ConnectionCredentials, needsReconnect, unknownConnection } from './connection-credentials.js';
import { isOwnedBy, newConnectionId, type ConnectionOwner, type ConnectionRecord } from './connection-record.js';
import { openCursor, sealCursor } from './sealed-cursor.js';
import { ConnectionRepository, type ConnectionFilter, type FoundConnection } from './connection.repository.js';

const MAX_RACES = 5;

@Injectable()
export class ConnectionsService {
  private readonly logger = new Logger('Connections');

  constructor(
    private readonly repository: ConnectionRepository,
    private readonly credentials: ConnectionCredentials,
    private readonly registry: IntegrationRegistry,
    private readonly api: ConnectionApi,
    private readonly keyring: Keyring,
    private readonly auditLog: AuditLog,
  ) {}

  /** Somebody else's connection is unknown, as if it did not exist. @throws Problem `unknown-connection` */
  async get(id: string, caller: Caller): Promise<FoundConnection> {
    const found = await this.find(id);
    if (!mayActFor(caller, found.record)) throw unknownConnection(id);
    return found;
  }

  /**
   * The user's connection with this id, or without an id the one connected last.
   * @throws Problem `unknown-connection`, `not-connected`
   */
  async ofUser(
    { connectionId, ...owner }: ConnectionOwner & { connectionId?: string | undefined },
    caller: Caller,
  ): Promise<FoundConnection> {
    requireMayActFor(caller, owner);
    if (connectionId !== undefined) {
      const found = await this.get(connectionId, caller);
      if (isOwnedBy(found.record, owner)) return found;
      throw unknownConnection(connectionId);
    }
    const { orgId, userId, integration } = owner;
    const { definition } = this.registry.get(integration);
    const latest = await this.repository.latest(orgId, userId, integration);
    if (latest !== null) return latest;
    throw new Problem(
      'not-connected',
      `This user has not connected ${definition.name}. Start with POST /integrations/${integration}/authorize.`,
    );
  }

  async list(
    filter: ConnectionFilter,
    caller: Caller,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ found: FoundConnection[]; nextCursor: string | null }> {
    requireMayActFor(caller, filter);
    const [onlyOrg, ...others] = caller.orgIds ?? [];
    const orgId = filter.orgId ?? (others.length === 0 ? onlyOrg : undefined);
    const userId = filter.userId ?? caller.userId ?? undefined;
    const { integration, status } = filter;
    const name = `connections ${JSON.stringify([orgId, userId, integration, status])}`;
    const after = cursor === undefined ? null : openCursor<string>(this.keyring, name, cursor);
    const isVisible = (record: ConnectionRecord) => mayActFor(caller, record);
    const { found, last } = await this.repository.list({ ...filter, orgId, userId }, limit, after, isVisible);
    return { found, nextCursor: last === null ? null : sealCursor(this.keyring, name, last) };
  }

  /**
   * Creates a connection for a grant, or renews the one for the same account, which keeps its id.
   * @throws Problem `authorization-failed` (the provider does not say whose account it is), `wrong-account`
   */
  async connect(
    configured: ConfiguredIntegration,
    purpose: AuthorizationRequest,
    grant: Grant,
  ): Promise<ConnectionRecord> {
    const { account, key: accountKey } = await configured.integration
      .identify(grant, this.api.ofGrant(configured, grant.accessToken))
      .catch((error: unknown) => {
        throw error instanceof UpstreamError ? notIdentified(configured.definition.name, error) : error;
      });
    await this.refuseOtherAccount(purpose, accountKey);
    const { integration, orgId, userId } = purpose;
    // Most accounts are new: that there is one already is what the store says.
    let id = purpose.connectionId;
    for (let race = 0; race < MAX_RACES; race += 1) {
      const record =
        id === null
          ? await this.create(purpose, grant, { account, key: accountKey })
          : await this.renew(id, purpose, grant, account);
      if (record !== null) {
        this.logger.log(`connected ${record.integration} ${record.id}`);
        return record;
      }
      id = await this.repository.idOf({ integration, orgId, userId, accountKey });
    }
    throw new Problem('store-unavailable', 'Too many changes to one connection at the same time. Connect again.');
  }

  /** Asks the provider whether the credential works, and notes the answer. */
  async check(id: string, caller: Caller): Promise<FoundConnection> {
    const { record } = await this.get(id, caller);
    if (record.problem !== null) return this.find(id);
    const actor = actorOf(caller);
    const { integration, definition } = this.registry.configured(record.integration);
    try {
      await integration.probe(this.api.ofConnection(record, { actor }).api);
    } catch (error) {
      const refused = error instanceof Problem && ['needs-reconnect', 'provider-rejected'].includes(error.slug);
      if (!refused) throw error;
      // A 401 that is no sign of an expired token: only a refresh tells whether the grant is still there.
      if (error.slug === 'provider-rejected' && !definition.refresh.onUnauthorized)
        await this.refreshOrMark(record, actor);
    }
    await this.repository.touch(id);
    const checked = await this.find(id);
    const detail = checked.record.problem === null ? 'active' : 'needs-reconnect';
    await this.auditLog.append(id, { type: 'checked', detail, actor });
    return checked;
  }

  /** @throws Problem `needs-reconnect`, or why the provider did not refresh now */
  async refresh(id: string, caller: Caller): Promise<FoundConnection> {
    const { record } = await this.get(id, caller);
    if (record.problem !== null) throw needsReconnect(record);
    // Without a refresh token the access token does not expire: there is nothing to renew.
    if (this.credentials.open(record).refreshToken !== null)
      await this.credentials.ensureFresh(record, actorOf(caller), {
        rejectedGeneration: record.generation,
        force: true,
      });
    return this.find(id);
  }

  /** A credential that works now. */
  async token(id: string, caller: Caller): Promise<StoredCredential> {
    const record = await this.repository.read(id);
    if (record === null || !mayActFor(caller, record)) throw unknownConnection(id);
    const actor = actorOf(caller);
    const stored = await this.credentials.ensureFresh(record, actor, { isCurrent: true });
    await this.auditLog.append(id, { type: 'token-read', actor });
    await this.repository.touch(id);
    return stored;
  }

  /** Forgets the connection here in every case, and takes the grant back at the provider where that is possible. */
  async disconnect(id: string): Promise<RevocationResult> {
    const record = await this.repository.remove(id);
    if (record === null) throw unknownConnection(id);
    this.logger.log(`disconnected ${record.integration} ${record.id}`);
    const { configured, definition } = this.registry.get(record.integration);
    if (configured === null) {
      return {
        revoked: 'failed',
        detail: `${definition.name} is not configured any more; the grant could not be revoked there.`,
      };
    }
    try {
      return await configured.tokens.revoke(this.credentials.open(record));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { revoked: 'failed', detail: error.detail };
    }
  }

  private async find(id: string): Promise<FoundConnection> {
    const found = await this.repository.find(id);
    if (found === null) throw unknownConnection(id);
    return found;
  }

  private async refuseOtherAccount(
    { connectionId, orgId, userId, integration }: AuthorizationRequest,
    accountKey: string,
  ): Promise<void> {
    if (connectionId === null) return;
    const { record } = await this.find(connectionId);
    if (!isOwnedBy(record, { orgId, userId, integration })) throw unknownConnection(connectionId);
    if (record.accountKey !== accountKey) {
      throw new Problem(
        'wrong-account',
        `This connection is for ${record.account.name}, but another account was authorized. Connect again and choose that account.`,
        { connectionId },
      );
    }
  }

  /** `null`: there is a connection for the same account. */
  private async create(
    purpose: AuthorizationRequest,
    grant: Grant,
    { account, key }: AccountIdentity,
  ): Promise<ConnectionRecord | null> {
    const { integration, orgId, userId } = purpose;
    const id = newConnectionId(orgId);
    const granted = this.granted(purpose, grant, account, id);
    const record: ConnectionRecord = {
      id,
      integration,
      orgId,
      userId,
      accountKey: key,
      createdAt: granted.connectedAt,
      lastRefreshedAt: null,
      generation: 1,
      ...granted,
    };
    return (await this.repository.create(record, { type: 'connected', actor: person(purpose) })) ? record : null;
  }

  /** `null`: it was removed meanwhile. */
  private renew(
    id: string,
    purpose: AuthorizationRequest,
    grant: Grant,
    account: AccountIdentity['account'],
  ): Promise<ConnectionRecord | null> {
    const granted = this.granted(purpose, grant, account, id);
    return this.repository.update(id, (record) => ({ ...record, ...granted, generation: record.generation + 1 }), {
      auditEntry: { type: 'reconnected', actor: person(purpose) },
      event: 'connection.updated',
    });
  }

  /** The fields that a grant sets, in a new connection or an existing one. */
  private granted(
    { orgId, scopes: requested }: AuthorizationRequest,
    grant: Grant,
    account: AccountIdentity['account'],
    id: string,
  ) {
    const { accessToken, refreshToken, expiresAt } = grant;
    const scopes = grant.scopes ?? [...requested];
    const now = Date.now();
    return {
      account,
      problem: null,
      scopes,
      updatedAt: now,
      connectedAt: now,
      expiresAt,
      credential: this.credentials.seal({ accessToken, refreshToken, expiresAt, scopes }, { orgId, id }),
    };
  }

  private async refreshOrMark(record: ConnectionRecord, actor: Actor): Promise<void> {
    try {
      const { generation } = await this.credentials.ensureFresh(record, actor, {
        rejectedGeneration: record.generation,
        force: true,
      });
      const { integration } = this.registry.configured(record.integration);
      const renewed = await this.repository.read(record.id);
      if (renewed === null) return;
      await integration.probe(this.api.ofConnection(renewed, { actor }).api).catch(async (error: unknown) => {
        if (!(error instanceof Problem) || error.slug !== 'provider-rejected') throw error;
        await this.credentials.markRevoked(record, actor, generation, 'unauthorized');
      });
    } catch (error) {
      if (!(error instanceof Problem) || error.slug !== 'needs-reconnect') throw error;
    }
  }
}

/** The callback has no credential, so the actor is the user. */
function person({ userId }: AuthorizationRequest): Actor {
  return { kind: 'user', id: userId };
}

/** Timeouts and outages stay what they are; everything else is a failed authorization. */
function notIdentified(name: string, error: UpstreamError): Problem {
  const problem = error.toProblem();
  if (['provider-timeout', 'provider-rate-limited'].includes(problem.slug) || error.reason === 'unavailable')
    return problem;
  return new Problem(
    'authorization-failed',
    `${name} granted access, but did not say for which account. Try to connect again.`,
    problem.details,
    { cause: error },
  );
}
