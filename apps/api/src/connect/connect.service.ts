import { Inject, Injectable } from '@nestjs/common';
import {
  AuthorizationRequests,
  authorizationUrl,
  exchangeCode,
  isIssuer,
  type BegunAuthorization,
  type ConsumedAuthorizationRequest,
} from '@causeway/oauth';
import { Problem } from '@causeway/problem';
import { requireMayActFor, type Caller } from '../access/caller.js';
import { unknownConnection } from '../connections/connection-credentials.js';
import { ConnectionsService } from '../connections/connections.service.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import type { AuthorizeDto } from './authorize.dto.js';

/** What a provider sends with the browser when it comes back (RFC 6749, 4.1.2, and RFC 9207). */
export interface ProviderAnswer {
  code?: string | undefined;
  error?: string | undefined;
  iss?: string | undefined;
}

@Injectable()
export class ConnectService {
  constructor(
    private readonly attempts: AuthorizationRequests,
    private readonly connections: ConnectionsService,
    private readonly registry: IntegrationRegistry,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  /** @returns a page of this service that starts the authorization in the browser that opens it. */
  async start(
    integration: string,
    request: AuthorizeDto,
    caller: Caller,
  ): Promise<{ authorizationUrl: string; expiresAt: number }> {
    const { registration } = this.registry.configured(integration);
    const { orgId, userId, scopes, returnTo, connectionId } = request;
    requireMayActFor(caller, { orgId, userId, integration });
    this.refuseForeignReturn(returnTo);
    if (connectionId !== undefined) {
      const { record } = await this.connections.get(connectionId, caller);
      const owned = record.orgId === orgId && record.userId === userId && record.integration === integration;
      if (!owned) throw unknownConnection(connectionId);
    }
    const { requestId, expiresAt } = await this.attempts.create({
      integration,
      orgId,
      userId,
      scopes: scopes ?? registration.scopes,
      returnTo: returnTo ?? null,
      connectionId: connectionId ?? null,
    });
    return { authorizationUrl: `${this.config.publicUrl}/connect/${requestId}`, expiresAt };
  }

  /** Ties the attempt to this browser. @returns where at the provider the browser goes, and the cookie that it keeps. */
  async open(ticket: string): Promise<{ location: string; cookie: BegunAuthorization['cookie'] }> {
    const opened = await this.attempts.begin(ticket);
    const { strategy } = this.registry.configured(opened.request.integration);
    return { location: await authorizationUrl(strategy, opened), cookie: opened.cookie };
  }

  /** @throws Problem `authorization-denied`, `authorization-failed`, `wrong-account` or that the provider does not answer */
  async finish(attempt: ConsumedAuthorizationRequest, { code, error, iss }: ProviderAnswer): Promise<ConnectionRecord> {
    const { definition, strategy } = this.registry.configured(attempt.integration);
    if (iss !== undefined && !isIssuer(definition, iss)) {
      throw new Problem(
        'authorization-failed',
        `The answer names an issuer that is not ${definition.name}; nothing of it was used. Try to connect again.`,
      );
    }
    if (error === 'access_denied') {
      throw new Problem(
        'authorization-denied',
        `Access to ${definition.name} was not granted. Connect again if that was not intended.`,
      );
    }
    if (error !== undefined || code === undefined) {
      throw new Problem(
        'authorization-failed',
        `${definition.name} ended the authorization without granting access. Try to connect again.`,
        error !== undefined && /^[a-z_]{1,64}$/.test(error) ? { providerCode: error } : {},
      );
    }
    return this.connections.connect(attempt, await exchangeCode(strategy, attempt, code));
  }

  private refuseForeignReturn(returnTo: string | undefined): void {
    if (returnTo === undefined || this.config.webOrigins.includes(new URL(returnTo).origin)) return;
    throw new Problem('invalid-request', 'The browser may only be sent to an origin that is listed in WEB_ORIGINS.', {
      errors: [{ pointer: '/returnTo', detail: 'has to have an origin that is listed in WEB_ORIGINS' }],
    });
  }
}
