import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Problem } from '@causeway/problem';
import {
  CredentialRefresher,
  type Credential,
  type CredentialStore,
  type Refresh,
  type RefreshOptions,
  type StoredCredential,
} from '@causeway/oauth';
import { Keyring, keyIdOf, type SealingKeys } from '@causeway/crypto';
import { SERVICE, type Actor } from '../access/actor.js';
import { ActivityLog } from '../activity/activity-log.js';
import { AuditLog } from './audit-log.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { Metrics } from '../metrics/metrics.js';
import { credentialKeys, sealingContext, timeOf, type ConnectionRecord } from './connection-record.js';
import { partitionOfConnection } from '../store/partition.js';
import { ConnectionRepository } from './connection.repository.js';
import { SharedGrants, grantRef } from './shared-grants.js';

/** Credentials that were opened last: opening one takes a tenth of the time of a proxied call. */
const MAX_OPENED = 1_000;

/** Connections that get a new credential at once. Of more, each takes it when the provider refuses its own. */
const MAX_SHARED = 3;

export interface EnsureFreshOptions extends RefreshOptions {
  /** The record was read for this request: it is read again only to refresh its credential. */
  isCurrent?: boolean;
}

/** A credential that a provider gave for a grant. */
export interface GivenCredential {
  /** The connection that has it; empty: none. */
  id: string;
  /** Fingerprint. */
  grant: string;
  credential: Credential;
  /** When. */
  at: number;
}

/** The secret part of connections: only this class decrypts, refreshes and replaces it. */
@Injectable()
export class ConnectionCredentials {
  private readonly logger = new Logger('ConnectionCredentials');
  private readonly reported = new Set<string>();
  private readonly keys: SealingKeys;
  /** By the sealed text, with the context that it was sealed for. */
  private readonly opened = new LRUCache<string, { context: string; credential: Credential }>({ max: MAX_OPENED });

  constructor(
    private readonly repository: ConnectionRepository,
    keyring: Keyring,
    private readonly refresher: CredentialRefresher,
    private readonly registry: IntegrationRegistry,
    private readonly auditLog: AuditLog,
    private readonly metrics: Metrics,
    private readonly grants: SharedGrants,
    private readonly activity: ActivityLog,
  ) {
    this.keys = credentialKeys(keyring);
  }

  seal(credential: Credential, at: Pick<ConnectionRecord, 'orgId' | 'id'>): string {
    return this.keys.seal(JSON.stringify(credential), sealingContext(at));
  }

  open(record: ConnectionRecord): Readonly<Credential> {
    const { credential: sealed } = record;
    const context = sealingContext(record);
    const known = this.opened.get(sealed);
    if (known?.context === context) return known.credential;
    try {
      const credential = Object.freeze(JSON.parse(this.keys.open(sealed, context)) as Credential);
      this.opened.set(sealed, { context, credential });
      return credential;
    } catch (error) {
      this.reportOnce(record, error);
      throw error;
    }
  }

  /** Once for each key: every request for such a connection would say the same. */
  private reportOnce({ id, credential }: ConnectionRecord, error: unknown): void {
    const key = keyIdOf(credential);
    if (this.reported.has(key)) return;
    this.reported.add(key);
    const reason = error instanceof Problem ? error.detail : 'unknown error';
    this.logger.error(`the credential of ${id} (key "${key}"), and maybe of others: ${reason}`);
  }

  /**
   * The connection's credential, refreshed first if it is about to expire or was rejected.
   * @throws Problem `unknown-connection`, `needs-reconnect`, or why it could not be refreshed
   */
  async ensureFresh(
    record: ConnectionRecord,
    actor: Actor,
    options: EnsureFreshOptions = {},
  ): Promise<StoredCredential> {
    const grant = record.grant ?? (await this.index(record));
    const store = this.storeOf(record, grant, actor, options.isCurrent === true ? record : undefined);
    return this.refresher.ensureFresh(store, this.refreshOf(record, actor), options);
  }

  private refreshOf(record: ConnectionRecord, actor: Actor): Refresh {
    const { integration } = record;
    const { tokens, definition } = this.registry.configured(integration);
    return async (credential) => {
      const started = performance.now();
      const outcome = await tokens.refresh(credential);
      const ms = performance.now() - started;
      actor.usage?.count(ms);
      const kind = 'failure' in outcome ? outcome.failure.kind : 'refreshed';
      this.metrics.refreshes.inc({ integration, outcome: kind });
      this.metrics.refreshSeconds.observe({ integration }, ms / 1000);
      const { pathname: path } = new URL(definition.token.url);
      const failure =
        'failure' in outcome ? { problem: outcome.failure.problem.slug, detail: outcome.failure.code } : {};
      this.activity.record(record, actor, { kind: 'refresh', method: 'POST', path, durationMs: ms, ...failure });
      // A revoked grant has the audit entry `needs-reconnect`, and a conflict the entry of the other refresh.
      if ('failure' in outcome && ['configuration', 'transient'].includes(outcome.failure.kind))
        await this.auditLog
          .append(record, { type: 'refresh-failed', detail: outcome.failure.code, actor })
          .catch(() => undefined);
      return outcome;
    };
  }

  /** When the grant ends if nobody refreshes it. @param givenAt milliseconds since the epoch. @returns `null`: never, or it is not known */
  healthyUntil(integration: string, credential: Credential, givenAt: number): number | null {
    const { refreshToken, refreshExpiresAt = null, expiresAt } = credential;
    if (refreshToken === null) return expiresAt;
    const { idleSeconds } = this.registry.get(integration).definition.refresh;
    return refreshExpiresAt ?? (idleSeconds === undefined ? null : givenAt + idleSeconds * 1000);
  }

  /** The connection needs to be authorized again. @returns false if it has a newer credential, or was marked already. */
  markRevoked(record: ConnectionRecord, actor: Actor, generation: number, reason: string): Promise<boolean> {
    return this.storeOf(record, record.grant, actor).markRevoked(generation, reason);
  }

  /**
   * The provider says that the grant has ended. What was authorized later has not. @param at milliseconds since the epoch
   */
  async markEnded({ id, integration }: ConnectionRecord, reason: string, at: number): Promise<void> {
    const updated = await this.repository.update(
      id,
      (record) => (record.problem !== null || record.connectedAt > at ? null : revoked(record, reason)),
      { auditEntry: { type: 'needs-reconnect', detail: reason, actor: SERVICE }, event: 'connection.needs-reconnect' },
    );
    if (updated !== null) this.metrics.needsReconnect.inc({ integration });
  }

  /**
   * Gives a new credential of a grant to the connections that hold it: the provider may have ended theirs. What fails is only logged,
   * because whoever got it has it already.
   */
  async share(given: GivenCredential): Promise<void> {
    const { id, grant, at } = given;
    let shared = 0;
    try {
      for await (const other of this.grants.others(grant, id)) {
        shared += 1;
        if (shared > MAX_SHARED) return;
        await this.takeOver(other.id, given, (current) => timeOf(current) < at);
      }
    } catch (error) {
      this.logger.warn(`a grant was not shared (${id}): ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }

  /** @returns whether another connection of the grant had a newer credential, which is now this one's too */
  private async takeNewer(id: string, generation: number): Promise<boolean> {
    const record = await this.repository.read(id);
    if (record?.grant === undefined) return false;
    let newest = record;
    for await (const other of this.grants.others(record.grant, id)) {
      if (timeOf(other) > timeOf(newest)) newest = other;
    }
    if (newest === record) return false;
    const given = { id: newest.id, grant: record.grant, credential: this.open(newest), at: timeOf(newest) };
    return this.takeOver(id, given, (current) => current.generation === generation);
  }

  private async takeOver(
    id: string,
    { grant, credential, at }: GivenCredential,
    isWanted: (current: ConnectionRecord) => boolean,
  ): Promise<boolean> {
    const updated = await this.repository.update(
      id,
      (current) =>
        current.grant === grant && current.problem === null && isWanted(current)
          ? this.withCredential(current, credential, at)
          : null,
      { auditEntry: { type: 'refreshed', detail: 'shared-grant', actor: SERVICE }, event: 'connection.updated' },
    );
    return updated !== null;
  }

  private withCredential(record: ConnectionRecord, credential: Credential, refreshedAt: number): ConnectionRecord {
    const { expiresAt, scopes } = credential;
    return {
      ...record,
      credential: this.seal(credential, record),
      generation: record.generation + 1,
      expiresAt,
      healthyUntil: this.healthyUntil(record.integration, credential, refreshedAt),
      scopes,
      updatedAt: Date.now(),
      lastRefreshedAt: refreshedAt,
      problem: null,
    };
  }

  /** Indexes a connection of an older version. */
  private async index(record: ConnectionRecord): Promise<string> {
    const { id, integration, credential } = record;
    const fingerprint = await this.grants.fingerprint(integration, grantOf(this.open(record)));
    await this.grants.join(fingerprint, id);
    const isSame = (current: ConnectionRecord) => current.grant === undefined && current.credential === credential;
    await this.repository.update(id, (current) => (isSame(current) ? { ...current, grant: fingerprint } : null), null);
    return fingerprint;
  }

  /** @param current returned by the first `read` */
  private storeOf(
    { id, integration }: ConnectionRecord,
    grant: string | undefined,
    actor: Actor,
    current?: ConnectionRecord,
  ): CredentialStore {
    let known = current;
    return {
      id,
      provider: integration,
      partition: partitionOfConnection(id) ?? '',
      // While one connection of a grant refreshes it, the others wait. Computed only for a refresh.
      get lease() {
        return grant === undefined ? undefined : grantRef(grant, 'lease:refresh');
      },
      read: async () => {
        const record = known ?? (await this.repository.read(id));
        known = undefined;
        if (record === null) throw unknownConnection(id);
        if (record.problem !== null) throw needsReconnect(record);
        const { generation, lastRefreshedAt: refreshedAt } = record;
        return { credential: this.open(record), generation, refreshedAt };
      },
      replace: async (generation, credential) => {
        const updated = await this.repository.update(
          id,
          (record) => (record.generation !== generation ? null : this.withCredential(record, credential, Date.now())),
          { auditEntry: { type: 'refreshed', actor }, event: 'connection.updated' },
        );
        if (updated?.grant !== undefined)
          await this.share({ id, grant: updated.grant, credential, at: timeOf(updated) });
        return updated !== null;
      },
      markRevoked: async (generation, reason) => {
        if (await this.takeNewer(id, generation)) return false;
        const updated = await this.repository.update(
          id,
          (record) => (record.generation !== generation || record.problem !== null ? null : revoked(record, reason)),
          { auditEntry: { type: 'needs-reconnect', detail: reason, actor }, event: 'connection.needs-reconnect' },
        );
        if (updated !== null) this.metrics.needsReconnect.inc({ integration });
        return updated !== null;
      },
    };
  }
}

export function unknownConnection(id: string): Problem {
  return new Problem('unknown-connection', 'There is no connection with this id; it may have been disconnected.', {
    connectionId: id,
  });
}

export function needsReconnect(record: ConnectionRecord): Problem {
  const { slug, detail, providerCode } = record.problem ?? { slug: 'needs-reconnect' as const, detail: '' };
  return new Problem(slug, detail, { connectionId: record.id, providerCode });
}

/** The token that lives as long as the grant. */
export function grantOf({ refreshToken, accessToken }: Pick<Credential, 'refreshToken' | 'accessToken'>): string {
  return refreshToken ?? accessToken;
}

function revoked(record: ConnectionRecord, providerCode: string): ConnectionRecord {
  const detail =
    'The provider does not accept the credential any more: access was taken back, or has ended. Connect the account again.';
  return { ...record, updatedAt: Date.now(), problem: { slug: 'needs-reconnect', detail, providerCode } };
}
