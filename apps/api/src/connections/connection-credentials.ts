import { Injectable } from '@nestjs/common';
import { Problem } from '#problem';
import { CredentialRefresher, Keyring, type Credential, type CredentialSlot, type StoredCredential } from '#vault';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { sealingContext, partitionOfConnection, type ConnectionRecord } from './connection-record.js';
import { ConnectionRepository } from './connection.repository.js';

/** The secret part of connections: opened, refreshed and replaced here and nowhere else. */
@Injectable()
export class ConnectionCredentials {
  constructor(
    private readonly repository: ConnectionRepository,
    private readonly keyring: Keyring,
    private readonly refresher: CredentialRefresher,
    private readonly registry: IntegrationRegistry,
  ) {}

  seal(credential: Credential, at: Pick<ConnectionRecord, 'orgId' | 'id'>): string {
    return this.keyring.seal(JSON.stringify(credential), sealingContext(at));
  }

  open(record: ConnectionRecord): Credential {
    return JSON.parse(this.keyring.open(record.credential, sealingContext(record))) as Credential;
  }

  /**
   * A credential that works as far as can be told: refreshed first if its end is near.
   * @param refused the generation that the provider did not accept, or that is to be replaced anyway
   * @throws Problem `unknown-connection`, `needs-reconnect`, or why it could not be refreshed
   */
  async fresh(
    { id, integration }: Pick<ConnectionRecord, 'id' | 'integration'>,
    refused?: number,
  ): Promise<StoredCredential> {
    const { tokens } = this.registry.configured(integration);
    return this.refresher.fresh(this.slot(id), (credential) => tokens.refresh(credential), refused);
  }

  /** The grant is gone: says so at the connection, once. */
  async markGone(id: string, generation: number, reason: string): Promise<boolean> {
    return this.slot(id).markGone(generation, reason);
  }

  private slot(id: string): CredentialSlot {
    return {
      id,
      partition: partitionOfConnection(id) ?? '',
      read: async () => {
        const record = await this.repository.read(id);
        if (record === null) throw unknownConnection(id);
        if (record.problem !== null) throw needsReconnect(record);
        return { credential: this.open(record), generation: record.generation };
      },
      replace: async (generation, credential) => {
        const updated = await this.repository.update(id, (record) =>
          record.generation !== generation ? null : withCredential(record, credential, this.seal(credential, record)),
        );
        return updated !== null;
      },
      markGone: async (generation, reason) => {
        const updated = await this.repository.update(id, (record) =>
          record.generation !== generation || record.problem !== null ? null : gone(record, reason),
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
