import { Injectable } from '@nestjs/common';
import type { Credential, RevocationResult } from '@causeway/oauth';
import { Problem } from '@causeway/problem';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { ConnectionCredentials, grantOf } from './connection-credentials.js';
import type { ConnectionRecord } from './connection-record.js';
import { SharedGrants } from './shared-grants.js';

export type DisconnectionResult = RevocationResult | { revoked: 'shared'; detail: string };

const SHARED = { revoked: 'shared', detail: 'still used by another connection' } as const;

/** Takes a grant back at the provider when the last connection that holds it is gone. */
@Injectable()
export class GrantRevocation {
  constructor(
    private readonly grants: SharedGrants,
    private readonly credentials: ConnectionCredentials,
    private readonly registry: IntegrationRegistry,
  ) {}

  /** @param record of a connection that was removed just now */
  revoke(record: ConnectionRecord): Promise<DisconnectionResult> {
    const { id, integration, grant } = record;
    return withoutProblems(async () => {
      const credential = this.credentials.open(record);
      const fingerprint = grant ?? (await this.grants.fingerprint(integration, grantOf(credential)));
      const leaving = await this.grants.leave(fingerprint, id);
      // A connection that was never indexed, or whose grant was refused, did not count as a holder.
      const wasCounted = grant !== undefined && record.problem === null;
      if (leaving === 'shared' || (leaving === 'ended' && wasCounted)) return SHARED;
      return this.revokeAtProvider(integration, credential);
    });
  }

  /** @param id of a grant of which no connection is made. It may be called again. */
  revokeUnused(integration: string, credential: Credential, fingerprint: string, id: string) {
    return withoutProblems(async (): Promise<DisconnectionResult> => {
      // Of several that are dropped at the same moment, exactly one is the last.
      await this.grants.join(fingerprint, id);
      if ((await this.grants.leave(fingerprint, id)) !== 'last') return SHARED;
      return this.revokeAtProvider(integration, credential);
    });
  }

  private async revokeAtProvider(integration: string, credential: Credential): Promise<RevocationResult> {
    const { configured, definition } = this.registry.get(integration);
    if (configured !== null) return configured.tokens.revoke(credential);
    return {
      revoked: 'failed',
      detail: `${definition.name} is not configured any more; the grant could not be revoked there.`,
    };
  }
}

async function withoutProblems(revoke: () => Promise<DisconnectionResult>): Promise<DisconnectionResult> {
  try {
    return await revoke();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { revoked: 'failed', detail: error.detail };
  }
}
