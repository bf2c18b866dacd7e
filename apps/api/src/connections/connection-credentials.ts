import { Injectable, Logger } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import {
  CredentialRefresher,
  type Credential,
  type CredentialStore,
  type Refresh,
  type RefreshOptions,
  type StoredCredential,
} from '@causeway/oauth';
import { Keyring } from '@causeway/crypto';
import type { Actor } from '../access/actor.js';
import { AuditLog } from './audit-log.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { Metrics } from '../metrics/metrics.js';
import { sealingContext, partitionOfConnection, type ConnectionRecord } from './connection-record.js';
import { ConnectionRepository } from './connection.repository.js';

export interface EnsureFreshOptions extends RefreshOptions {
  /** The record was read for this request: it is read again only to refresh its credential. */
  isCurrent?: boolean;
}

/** The secret part of connections: only this class decrypts, refreshes and replaces it. */
@Injectable()
export class ConnectionCredentials {
  private readonly logger = new Logger('ConnectionCredentials');
  private readonly reported = new Set<string>();

  constructor(
    private readonly repository: ConnectionRepository,
    private readonly keyring: Keyring,
    private readonly refresher: CredentialRefresher,
    private readonly registry: IntegrationRegistry,
    private readonly auditLog: AuditLog,
    private readonly metrics: Metrics,
  ) {}

  seal(credential: Credential, at: Pick<ConnectionRecord, 'orgId' | 'id'>): string {
    return this.keyring.seal(JSON.stringify(credential), sealingContext(at));
  }

  open(record: ConnectionRecord): Credential {
    try {
      return JSON.parse(this.keyring.open(record.credential, sealingContext(record))) as Credential;
    } catch (error) {
      this.reportOnce(record, error);
      throw error;
    }
  }

  /** Once for each key: every request for such a connection would say the same. */
  private reportOnce({ id, credential }: ConnectionRecord, error: unknown): void {
    const key = credential.split('.')[1] ?? '';
    if (this.reported.has(key)) return;
    this.reported.add(key);
    const reason = error instanceof Problem ? error.detail : 'unknown error';
    this.logger.error(`the credential of ${id} (key "${key}"), and maybe of others: ${reason}`);
  }

  /**
   * The connection's credential, refreshed first if it is about to expire or was rejected.
   * @throws Problem `unknown-connection`, `needs-reconnect`, or why it could not be refreshed
   */
  ensureFresh(
    record: ConnectionRecord,
    actor: Actor,
    { isCurrent = false, ...options }: EnsureFreshOptions = {},
  ): Promise<StoredCredential> {
    const { id, integration } = record;
    const store = this.storeOf(record, actor, isCurrent ? record : undefined);
    return this.refresher.ensureFresh(store, this.refreshOf(id, integration, actor), options);
  }

  private refreshOf(id: string, integration: string, actor: Actor): Refresh {
    const { tokens } = this.registry.configured(integration);
    return async (credential) => {
      const outcome = await tokens.refresh(credential);
      const kind = 'failure' in outcome ? outcome.failure.kind : 'refreshed';
      this.metrics.refreshes.inc({ integration, outcome: kind });
      // A revoked grant has the audit entry `needs-reconnect`, and a conflict the entry of the other refresh.
      if ('failure' in outcome && ['configuration', 'transient'].includes(outcome.failure.kind))
        await this.auditLog
          .append(id, { type: 'refresh-failed', detail: outcome.failure.code, actor })
          .catch(() => undefined);
      return outcome;
    };
  }

  /** The connection needs to be authorized again. @returns false if it has a newer credential, or was marked already. */
  markRevoked(record: ConnectionRecord, actor: Actor, generation: number, reason: string): Promise<boolean> {
    return this.storeOf(record, actor).markRevoked(generation, reason);
  }

  /** @param current returned by the first `read` */
  private storeOf({ id, integration }: ConnectionRecord, actor: Actor, current?: ConnectionRecord): CredentialStore {
    let known = current;
    return {
      id,
      provider: integration,
      partition: partitionOfConnection(id) ?? '',
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
          (record) =>
            record.generation !== generation ? null : withCredential(record, credential, this.seal(credential, record)),
          { auditEntry: { type: 'refreshed', actor }, event: 'connection.updated' },
        );
        return updated !== null;
      },
      markRevoked: async (generation, reason) => {
        const updated = await this.repository.update(
          id,
          (record) => (record.generation !== generation || record.problem !== null ? null : revoked(record, reason)),
          { auditEntry: { type: 'needs-reconnect', detail: reason, actor }, event: 'connection.needs-reconnect' },
        );
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

function withCredential(record: ConnectionRecord, { expiresAt, scopes }: Credential, sealed: string): ConnectionRecord {
  const now = Date.now();
  return {
    ...record,
    credential: sealed,
    generation: record.generation + 1,
    expiresAt,
    scopes,
    updatedAt: now,
    lastRefreshedAt: now,
    problem: null,
  };
}

function revoked(record: ConnectionRecord, providerCode: string): ConnectionRecord {
  const detail =
    'The provider does not accept the credential any more: access was taken back, or has ended. Connect the account again.';
  return { ...record, updatedAt: Date.now(), problem: { slug: 'needs-reconnect', detail, providerCode } };
}
