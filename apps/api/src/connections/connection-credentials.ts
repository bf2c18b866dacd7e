import { Injectable, Logger } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import {
  CredentialRefresher,
  type Credential,
  type CredentialStore,
  type Refresh,
  type StoredCredential,
} from '@causeway/oauth';
import { Keyring } from '@causeway/crypto';
import type { Actor } from '../access/actor.js';
import { AuditTrail } from './audit-trail.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { Metrics } from '../metrics/metrics.js';
import { sealingContext, partitionOfConnection, type ConnectionRecord } from './connection-record.js';
import { ConnectionRepository } from './connection.repository.js';

/** The secret part of connections: opened, refreshed and replaced here and nowhere else. */
@Injectable()
export class ConnectionCredentials {
  private readonly logger = new Logger('ConnectionCredentials');
  private readonly reported = new Set<string>();

  constructor(
    private readonly repository: ConnectionRepository,
    private readonly keyring: Keyring,
    private readonly refresher: CredentialRefresher,
    private readonly registry: IntegrationRegistry,
    private readonly trail: AuditTrail,
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
   * A credential that works as far as can be told: refreshed first if its end is near.
   * @param refused the generation that the provider did not accept, or that is to be replaced anyway
   * @param insists also while a pause after failures is in force; by default where `refused` is given
   * @throws Problem `unknown-connection`, `needs-reconnect`, or why it could not be refreshed
   */
  async fresh(
    { id, integration }: Pick<ConnectionRecord, 'id' | 'integration'>,
    actor: Actor,
    refused?: number,
    insists?: boolean,
  ): Promise<StoredCredential> {
    return this.refresher.fresh(this.slot(id, actor), this.refreshOf(id, integration, actor), refused, insists);
  }

  /** The same for a record that was read for this very call: it is read again only if its credential has to be refreshed. */
  freshOf(record: ConnectionRecord, actor: Actor): Promise<StoredCredential> {
    const { id, integration } = record;
    return this.refresher.fresh(this.slot(id, actor, record), this.refreshOf(id, integration, actor));
  }

  private refreshOf(id: string, integration: string, actor: Actor): Refresh {
    const { tokens } = this.registry.configured(integration);
    return async (credential) => {
      const outcome = await tokens.refresh(credential);
      const kind = 'failure' in outcome ? outcome.failure.kind : 'refreshed';
      this.metrics.refreshes.inc({ integration, outcome: kind });
      // A grant that is gone shows as `needs-reconnect`; somebody else's refresh shows as that.
      if ('failure' in outcome && ['configuration', 'transient'].includes(outcome.failure.kind))
        await this.trail
          .note(id, { type: 'refresh-failed', detail: outcome.failure.code, actor })
          .catch(() => undefined);
      return outcome;
    };
  }

  /** The grant is gone: says so at the connection, once. */
  markGone(id: string, actor: Actor, generation: number, reason: string): Promise<boolean> {
    return this.slot(id, actor).markRevoked(generation, reason);
  }

  /** @param justRead what the first read answers */
  private slot(id: string, actor: Actor, justRead?: ConnectionRecord): CredentialStore {
    let known = justRead;
    return {
      id,
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
          { happening: { type: 'refreshed', actor }, event: 'connection.updated' },
        );
        return updated !== null;
      },
      markRevoked: async (generation, reason) => {
        const updated = await this.repository.update(
          id,
          (record) => (record.generation !== generation || record.problem !== null ? null : gone(record, reason)),
          { happening: { type: 'needs-reconnect', detail: reason, actor }, event: 'connection.needs-reconnect' },
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
  return new Problem(slug, detail, {
    connectionId: record.id,
    ...(providerCode === undefined ? {} : { providerCode }),
  });
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

function gone(record: ConnectionRecord, providerCode: string): ConnectionRecord {
  const detail =
    'The provider does not accept the credential any more: access was taken back, or has ended. Connect the account again.';
  return { ...record, updatedAt: Date.now(), problem: { slug: 'needs-reconnect', detail, providerCode } };
}
