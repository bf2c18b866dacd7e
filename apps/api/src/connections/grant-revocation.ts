import { Injectable } from '@nestjs/common';
import type { RevocationResult } from '@causeway/oauth';
import { Problem } from '@causeway/problem';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { ConnectionCredentials, grantOf } from './connection-credentials.js';
import type { ConnectionRecord } from './connection-record.js';
import { SharedGrants } from './shared-grants.js';

export type DisconnectionResult = RevocationResult | { revoked: 'shared'; detail: string };

/** Takes a grant back at the provider when the last connection that holds it is gone. */
@Injectable()
export class GrantRevocation {
  constructor(
    private readonly grants: SharedGrants,
    private readonly credentials: ConnectionCredentials,
    private readonly registry: IntegrationRegistry,
  ) {}

  /** @param record of a connection that was removed just now */
  async revoke(record: ConnectionRecord): Promise<DisconnectionResult> {
    const { configured, definition } = this.registry.get(record.integration);
    try {
      const credential = this.credentials.open(record);
      const fingerprint = record.grant ?? (await this.grants.fingerprint(record.integration, grantOf(credential)));
      const leaving = await this.grants.leave(fingerprint, record.id);
      // A connection that was never indexed, or whose grant was refused, did not count as a holder.
      const wasCounted = record.grant !== undefined && record.problem === null;
      if (leaving === 'shared' || (leaving === 'ended' && wasCounted)) {
        return { revoked: 'shared', detail: 'still used by another connection' };
      }
      if (configured !== null) return await configured.tokens.revoke(credential);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { revoked: 'failed', detail: error.detail };
    }
    return {
      revoked: 'failed',
      detail: `${definition.name} is not configured any more; the grant could not be revoked there.`,
    };
  }
}
