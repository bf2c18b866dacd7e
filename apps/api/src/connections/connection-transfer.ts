import { Injectable } from '@nestjs/common';
import type { Credential } from '@causeway/oauth';
import type { Account } from '../integrations/integration.js';
import { ConnectionCredentials, grantOf } from './connection-credentials.js';
import { timeOf, type ConnectionRecord } from './connection-record.js';
import { ConnectionRepository } from './connection.repository.js';
import { NewGrants, type AuthorizedGrant } from './new-grants.js';
import { SharedGrants } from './shared-grants.js';

/** A connection with its credential in clear, for another installation with other keys. Times are milliseconds since the epoch. */
export interface TransferredConnection {
  id: string;
  integration: string;
  orgId: string;
  userId: string;
  account: Account;
  accountKey: string;
  problem: ConnectionRecord['problem'];
  /** When the provider gave the credential. */
  givenAt: number;
  credential: Credential;
  /** Equal for connections that share a grant; `null`: the token itself names the grant. */
  sharedGrant: string | null;
}

/** `kept`: the connection of that account here has a credential that is as new, or newer. */
export type TransferOutcome = 'created' | 'replaced' | 'kept';

@Injectable()
export class ConnectionTransfer {
  constructor(
    private readonly repository: ConnectionRepository,
    private readonly credentials: ConnectionCredentials,
    private readonly grants: SharedGrants,
    private readonly newGrants: NewGrants,
  ) {}

  /** @throws Problem for a credential that does not open */
  async export(record: ConnectionRecord): Promise<TransferredConnection> {
    const { id, integration, orgId, userId, account, accountKey, problem, grant } = record;
    const credential = this.credentials.open(record);
    const named = await this.grants.fingerprint(integration, grantOf(credential));
    return {
      id,
      integration,
      orgId,
      userId,
      account,
      accountKey,
      problem,
      givenAt: timeOf(record),
      credential,
      sharedGrant: grant === undefined || grant === named ? null : grant,
    };
  }

  /** The id is kept, unless another connection has it. */
  async import(given: TransferredConnection, options: { replace: boolean; dryRun: boolean }): Promise<TransferOutcome> {
    const { id, integration, credential, sharedGrant, problem, givenAt, ...owned } = given;
    const name = sharedGrant === null ? grantOf(credential) : `transferred ${sharedGrant}`;
    const grant: AuthorizedGrant = {
      ...owned,
      integration,
      credential,
      fingerprint: await this.grants.fingerprint(integration, name),
      authorizedAt: givenAt,
      connectionId: null,
      replacesTokens: false,
      authorizedBy: null,
    };
    const outcome = await this.connect(grant, options, id);
    if (outcome !== 'kept' && problem !== null && !options.dryRun) await this.mark(grant, problem);
    return outcome;
  }

  /** @param id for a new connection */
  async connect(
    grant: AuthorizedGrant,
    { replace, dryRun }: { replace: boolean; dryRun: boolean },
    id?: string,
  ): Promise<TransferOutcome> {
    const existingId = await this.repository.idOf(grant);
    const existing = existingId === null ? null : await this.repository.read(existingId);
    const isWorse = existing !== null && existing.problem === null && timeOf(existing) >= grant.authorizedAt;
    if (isWorse && !replace) return 'kept';
    const isFree = id !== undefined && (await this.repository.read(id)) === null;
    if (!dryRun) await this.newGrants.connect(grant, isFree ? id : undefined);
    return existing === null ? 'created' : 'replaced';
  }

  private async mark(grant: AuthorizedGrant, problem: NonNullable<ConnectionRecord['problem']>): Promise<void> {
    const id = await this.repository.idOf(grant);
    if (id !== null) await this.repository.update(id, (record) => ({ ...record, problem }), null);
  }
}
