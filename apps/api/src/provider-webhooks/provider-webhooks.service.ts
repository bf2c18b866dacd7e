import { Inject, Injectable, Logger } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { IntegrationRegistry, type KnownIntegration } from '../integrations/integration-registry.js';
import type { WebhookRequest } from '../integrations/provider-webhook.js';
import { VerificationTokens } from '../integrations/verification-tokens.js';
import { webhookSecretOf } from '../integrations/webhook-settings.js';
import { Metrics } from '../metrics/metrics.js';
import { ProviderEventWorker } from './provider-event-worker.js';
import { ReceivedWebhooks } from './received-webhooks.js';
import { StoredHooks } from './stored-hooks.js';

/** Takes what providers send. What follows from it is done later. */
@Injectable()
export class ProviderWebhooksService {
  private readonly logger = new Logger('ProviderWebhooks');

  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly received: ReceivedWebhooks,
    private readonly tokens: VerificationTokens,
    private readonly hooks: StoredHooks,
    private readonly worker: ProviderEventWorker,
    private readonly metrics: Metrics,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  /**
   * @returns what the provider wants to read
   * @throws Problem `unknown-integration`, `webhook-rejected`, `store-unavailable`
   */
  async receive(id: string, request: Pick<WebhookRequest, 'headers' | 'body'> & { path: string }): Promise<object> {
    const known = this.registry.get(id);
    const { path, headers, body } = request;
    const outcome = await known.integration.receiveWebhook({
      url: `${this.config.publicUrl}${path}`,
      headers,
      body,
      receivedAt: Date.now(),
      secret: this.secretOf(known),
      hook: (hookId) => this.hooks.findById(id, hookId),
    });
    this.metrics.providerWebhooks.inc({ integration: id, outcome: outcome.kind });
    switch (outcome.kind) {
      case 'rejected':
        throw new Problem('webhook-rejected', 'This webhook is not signed as it has to be, or is too old.');
      case 'handshake':
        if (outcome.token !== undefined && this.secretOf(known) === null) {
          await this.tokens.add(id, outcome.token);
          this.logger.log(`${id} has sent a verification token: GET /integrations/setup shows it`);
        }
        return outcome.response ?? {};
      case 'events':
        if ((await this.received.add(id, outcome.events)) > 0) this.worker.wake();
        return {};
    }
  }

  private secretOf({ definition, configured }: KnownIntegration): string | null {
    return webhookSecretOf(definition, this.config.integrations[definition.id], configured?.registration.clientSecret);
  }
}
