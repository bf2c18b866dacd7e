import { Inject, Injectable } from '@nestjs/common';
import { OAuthStrategy, TokenClient, type ClientRegistration } from '@causeway/oauth';
import type { IntegrationDefinition } from './integration-definition.js';
import { Problem } from '@causeway/problem';
import { HttpClient } from '@causeway/http-client';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { MockProviders } from '../sandbox/mock-providers.js';
import { effectiveDefinition } from './effective-definition.js';
import { Integration } from './integration.js';

/** An integration with a client registration. */
export interface ConfiguredIntegration {
  integration: Integration;
  definition: IntegrationDefinition;
  registration: ClientRegistration;
  tokens: TokenClient;
  strategy: OAuthStrategy;
}

export interface KnownIntegration {
  integration: Integration;
  definition: IntegrationDefinition;
  /** Requested if an authorization names no scopes. */
  scopes: readonly string[];
  /** To be registered at the provider. */
  redirectUri: string;
  /** `null`: no client id is set. */
  configured: ConfiguredIntegration | null;
}

/** All integrations, each with this operator's settings. */
@Injectable()
export class IntegrationRegistry {
  private readonly known: ReadonlyMap<string, KnownIntegration>;

  constructor(
    @Inject(Integration) integrations: readonly Integration[],
    @Inject(CONFIGURATION) config: Configuration,
    mockProviders: MockProviders,
    http: HttpClient,
  ) {
    this.known = new Map(
      integrations.map((integration): [string, KnownIntegration] => {
        const { id } = integration.definition;
        const settings = config.integrations[id];
        if (settings === undefined) throw new Error(`The integration "${id}" has no settings.`);
        const definition = effectiveDefinition(integration.definition, settings, mockProviders.url);
        const hookScopes = settings.makesWebhooks && integration.hooks ? [integration.hooks.scope] : [];
        const scopes = [...(settings.scopes ?? definition.authorization.scopes), ...hookScopes];
        const client = mockProviders.url === null ? settings.client : MockProviders.client(id);
        const redirectUri = settings.redirectUri ?? `${config.publicUrl}/integrations/${id}/oauth2callback`;
        const known = { integration, definition, scopes, redirectUri };
        if (client === null) return [id, { ...known, configured: null }];
        const registration = {
          provider: definition,
          clientId: client.id,
          clientSecret: client.secret,
          redirectUri,
          scopes,
        };
        const tokens = new TokenClient(http, registration);
        const strategy = new OAuthStrategy(registration, tokens);
        return [id, { ...known, configured: { integration, definition, registration, tokens, strategy } }];
      }),
    );
  }

  all(): KnownIntegration[] {
    return [...this.known.values()];
  }

  /** @throws Problem `unknown-integration` */
  get(id: string): KnownIntegration {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    throw new Problem('unknown-integration', `The integrations are ${[...this.known.keys()].join(', ')}.`);
  }

  /** @throws Problem `unknown-integration` or `integration-not-configured` */
  configured(id: string): ConfiguredIntegration {
    const { configured, definition } = this.get(id);
    if (configured !== null) return configured;
    // End customers may read it. What to set is in the setup page and in `causeway doctor`, which only the operator sees.
    throw new Problem(
      'integration-not-configured',
      `${definition.name} is not available: the operator of this service has not set it up.`,
    );
  }
}
