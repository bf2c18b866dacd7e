import { Injectable, Logger } from '@nestjs/common';
import type { AuthorizationRequest, Grant } from '@causeway/oauth';
import { Problem } from '@causeway/problem';
import { UpstreamError } from '@causeway/http-client';
import type { Actor } from '../access/actor.js';
import type { ConfiguredIntegration } from '../integrations/integration-registry.js';
import type { AccountIdentity } from '../integrations/integration.js';
import { ConnectionApi } from './connection-api.js';
import { ConnectionCredentials, grantOf, unknownConnection } from './connection-credentials.js';
import { isOwnedBy, newConnectionId, type ConnectionRecord } from './connection-record.js';
import { ConnectionRepository } from './connection.repository.js';
import { SharedGrants } from './shared-grants.js';

const MAX_RACES = 5;

/** Makes connections of grants. */
@Injectable()
export class NewGrants {
  private readonly logger = new Logger('Connections');

  constructor(
    private readonly repository: ConnectionRepository,
    private readonly credentials: ConnectionCredentials,
    private readonly api: ConnectionApi,
    private readonly grants: SharedGrants,
  ) {}

  /**
   * Creates a connection for a grant, or renews the one for the same account, which keeps its id.
   * @throws Problem `authorization-failed` (the provider does not say whose account it is), `wrong-account`
   */
  async connect(
    configured: ConfiguredIntegration,
    purpose: AuthorizationRequest,
    grant: Grant,
  ): Promise<ConnectionRecord> {
    const identity = await configured.integration
      .identify(grant, this.api.ofGrant(configured, grant.accessToken), () =>
        configured.tokens.introspect(grant.accessToken),
      )
      .catch((error: unknown) => {
        throw error instanceof UpstreamError ? notIdentified(configured.definition.name, error) : error;
      });
    const { key: accountKey, grant: grantId } = identity;
    await this.refuseOtherAccount(purpose, accountKey);
    const { integration, orgId, userId } = purpose;
    const fingerprint = await this.grants.fingerprint(integration, grantId ?? grantOf(grant));
    // Most accounts are new: that there is one already is what the store says.
    let id = purpose.connectionId;
    for (let race = 0; race < MAX_RACES; race += 1) {
      const record =
        id === null
          ? await this.create(purpose, grant, identity, fingerprint)
          : await this.renew(id, purpose, grant, identity, fingerprint);
      if (record !== null) {
        // Where a token names the grant, the others have the same one.
        if (grantId !== undefined) await this.credentials.share(record);
        this.logger.log(`connected ${record.integration} ${record.id}`);
        return record;
      }
      id = await this.repository.idOf({ integration, orgId, userId, accountKey });
    }
    throw new Problem('store-unavailable', 'Too many changes to one connection at the same time. Connect again.');
  }

  private async refuseOtherAccount(
    { connectionId, orgId, userId, integration }: AuthorizationRequest,
    accountKey: string,
  ): Promise<void> {
    if (connectionId === null) return;
    const record = (await this.repository.find(connectionId))?.record;
    if (record === undefined || !isOwnedBy(record, { orgId, userId, integration })) {
      throw unknownConnection(connectionId);
    }
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
    identity: AccountIdentity,
    fingerprint: string,
  ): Promise<ConnectionRecord | null> {
    const { integration, orgId, userId } = purpose;
    const id = newConnectionId(orgId);
    const granted = this.granted(purpose, grant, identity, id);
    const record: ConnectionRecord = {
      id,
      integration,
      orgId,
      userId,
      accountKey: identity.key,
      createdAt: granted.connectedAt,
      lastRefreshedAt: null,
      generation: 1,
      grant: fingerprint,
      ...granted,
    };
    await this.grants.join(fingerprint, id);
    if (await this.repository.create(record, { type: 'connected', actor: person(purpose) })) return record;
    await this.grants.leave(fingerprint, id);
    return null;
  }

  /** `null`: it was removed meanwhile. */
  private async renew(
    id: string,
    purpose: AuthorizationRequest,
    grant: Grant,
    identity: AccountIdentity,
    fingerprint: string,
  ): Promise<ConnectionRecord | null> {
    const granted = this.granted(purpose, grant, identity, id);
    let previous: string | undefined = fingerprint;
    await this.grants.join(fingerprint, id);
    const renewed = await this.repository.update(
      id,
      (record) => {
        previous = record.grant;
        return { ...record, ...granted, grant: fingerprint, generation: record.generation + 1 };
      },
      { auditEntry: { type: 'reconnected', actor: person(purpose) }, event: 'connection.updated' },
    );
    if (renewed === null) await this.grants.leave(fingerprint, id);
    else if (previous !== undefined && previous !== fingerprint) await this.grants.leave(previous, id);
    return renewed;
  }

  /** The fields that a grant sets, in a new connection or an existing one. */
  private granted(
    { orgId, scopes: requested }: AuthorizationRequest,
    grant: Grant,
    { account }: AccountIdentity,
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
