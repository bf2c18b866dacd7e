import { Inject, Injectable, Logger } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { Keyring } from '@causeway/crypto';
import type { StoredCredential } from '@causeway/oauth';
import { RateLimitStore } from '@causeway/store';
import { actorOf, type Actor } from '../access/actor.js';
import { ActivityLog } from '../activity/activity-log.js';
import { AuditChain } from '../audit/audit-chain.js';
import { AuditLog } from './audit-log.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { mayActFor, requireMayActFor, type Caller } from '../access/caller.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionApi } from './connection-api.js';
import { ConnectionCredentials, needsReconnect, unknownConnection } from './connection-credentials.js';
import { GrantRevocation, type DisconnectionResult } from './grant-revocation.js';
import { isOwnedBy, type ConnectionOwner, type ConnectionRecord } from './connection-record.js';
import { partitionOf, partitionOfConnection } from '../store/partition.js';
import { openCursor, sealCursor } from '../store/sealed-cursor.js';
import { statusOf, type ConnectionCount } from './connection-listing.js';
import type { IndexedBy } from './connection-index.js';
import type { ConnectionFilter, FoundConnection } from './connection-reader.js';
import { ConnectionRepository } from './connection.repository.js';

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
    private readonly chain: AuditChain,
    private readonly revocation: GrantRevocation,
    private readonly rateLimits: RateLimitStore,
    private readonly activity: ActivityLog,
    @Inject(CONFIGURATION) private readonly config: Configuration,
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
    const { orgId, userId, orgIds, isVisible } = this.visible(filter, caller);
    const { integration, status, search } = filter;
    // As earlier versions name a list that is not searched: they may serve its next page.
    const searched = search === undefined ? [] : [search];
    const name = `connections ${JSON.stringify([orgId, userId, integration, status, ...searched])}`;
    const after = cursor === undefined ? null : openCursor<string>(this.keyring, name, cursor);
    const { found, last } = await this.repository.list({ ...filter, orgId, userId }, limit, after, orgIds, isVisible);
    return { found, nextCursor: last === null ? null : sealCursor(this.keyring, name, last) };
  }

  async counts(owner: IndexedBy, caller: Caller): Promise<ConnectionCount[]> {
    const { orgId, userId, orgIds, isVisible } = this.visible(owner, caller);
    return this.repository.counts({ orgId, userId }, orgIds, isVisible);
  }

  /** What a list is narrowed to. @throws Problem `forbidden` */
  private visible(filter: IndexedBy & { integration?: string | undefined }, caller: Caller) {
    requireMayActFor(caller, filter);
    const { orgIds } = caller;
    return {
      orgId: filter.orgId ?? (orgIds?.length === 1 ? orgIds[0] : undefined),
      userId: filter.userId ?? caller.userId ?? undefined,
      orgIds,
      isVisible: (record: ConnectionRecord) => mayActFor(caller, record),
    };
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
    const detail = statusOf(checked.record);
    await this.auditLog.append(record, { type: 'checked', detail, actor });
    return checked;
  }

  /** @throws Problem `needs-reconnect`, `too-many-requests`, or why the provider did not refresh now */
  async refresh(id: string, caller: Caller): Promise<FoundConnection> {
    const { record } = await this.get(id, caller);
    if (record.problem !== null) throw needsReconnect(record);
    // Without a refresh token the access token does not expire: there is nothing to renew.
    if (this.credentials.open(record).refreshToken !== null) await this.refreshNow(record, actorOf(caller));
    return this.find(id);
  }

  /** A credential that works now. */
  async token(id: string, caller: Caller): Promise<StoredCredential> {
    const record = await this.repository.read(id);
    if (record === null || !mayActFor(caller, record)) throw unknownConnection(id);
    const actor = actorOf(caller);
    const stored = await this.credentials.ensureFresh(record, actor, { isCurrent: true });
    await this.auditLog.append(record, { type: 'token-read', actor });
    await this.repository.touch(id);
    return stored;
  }

  /** @throws Problem `unknown-connection` */
  async disconnectFor(id: string, caller: Caller): Promise<DisconnectionResult> {
    if (mayRemoveUnreadable(caller, id) && (await this.repository.removeUnreadable(id))) {
      const detail = 'unreadable record';
      this.logger.warn(`removed ${id}: ${detail}`);
      await this.chain.record({ type: 'disconnected', actor: actorOf(caller), connectionId: id, detail });
      return { revoked: 'failed', detail: 'The record could not be read. Revoke the grant at the provider.' };
    }
    const { record } = await this.get(id, caller);
    return this.disconnect(record.id, actorOf(caller));
  }

  /** Forgets the connection here in every case, and takes the grant back at the provider where that is possible. */
  async disconnect(id: string, actor: Actor): Promise<DisconnectionResult> {
    const record = await this.repository.remove(id, actor);
    if (record === null) throw unknownConnection(id);
    this.logger.log(`disconnected ${record.integration} ${record.id}`);
    const { orgId, userId } = record;
    const [result] = await Promise.all([
      this.revoke(record, actor),
      this.chain.record({ type: 'disconnected', actor, orgId, userId, connectionId: id }),
    ]);
    return result;
  }

  private async revoke(record: ConnectionRecord, actor: Actor): Promise<DisconnectionResult> {
    const started = performance.now();
    const result = await this.revocation.revoke(record);
    const isAsked = result.revoked === 'revoked' || result.revoked === 'failed';
    const problem = result.revoked === 'failed' ? ('provider-unavailable' as const) : undefined;
    if (isAsked)
      this.activity.record(record, actor, { kind: 'revoke', durationMs: performance.now() - started, problem });
    return result;
  }

  private async find(id: string): Promise<FoundConnection> {
    const found = await this.repository.find(id);
    if (found === null) throw unknownConnection(id);
    return found;
  }

  /** On request. All tenants share the token endpoint, so that no one may use it as often as it likes. @throws Problem `too-many-requests` */
  private async refreshNow(record: ConnectionRecord, actor: Actor): Promise<StoredCredential> {
    const { id, orgId, generation } = record;
    const ref = { partition: partitionOf(orgId), key: `requested-refreshes:${id}` };
    const rate = { limit: this.config.limits.refreshesPerMinute, periodMs: 60_000 };
    if ((await this.rateLimits.reserveSlot(ref, rate, 0)) === null) {
      const { nextInMs } = await this.rateLimits.acquireSlots(ref, rate, { process: '', waiting: [], aheadMs: 0 });
      const retryAfter = Math.max(1, Math.ceil(nextInMs / 1000));
      const detail = `This connection was refreshed ${rate.limit} times on request within a minute. Retry in ${retryAfter} s.`;
      throw new Problem('too-many-requests', detail, { retryAfter });
    }
    return this.credentials.ensureFresh(record, actor, { rejectedGeneration: generation, force: true });
  }

  private async refreshOrMark(record: ConnectionRecord, actor: Actor): Promise<void> {
    try {
      const { generation } = await this.refreshNow(record, actor);
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

/** Nobody knows whose it was; its organization's partition is part of the id. */
function mayRemoveUnreadable({ orgIds, userId }: Caller, id: string): boolean {
  const partition = partitionOfConnection(id);
  return userId === null && (orgIds === null || orgIds.some((orgId) => partitionOf(orgId) === partition));
}
