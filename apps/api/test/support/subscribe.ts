import { unwrap, type CausewayClient } from '@causeway/client';
import type { MockProviders, Service } from '@causeway/testing';
import { productionEnvironment } from './production.js';

export const SECRETS = { slack: 'a-signing-secret-of-slack', notion: 'secret_of_the_subscription' };

/** Airtable's webhooks are made by the service. */
export type SubscribedIntegration = 'slack' | 'notion' | 'hubspot';

/** Of a service that takes webhooks of all providers. */
export function webhookEnvironment(mockProviders: MockProviders): Record<string, string> {
  return {
    ...productionEnvironment(mockProviders),
    WEBHOOK_PRIVATE_ADDRESSES: 'on',
    SLACK_SIGNING_SECRET: SECRETS.slack,
    NOTION_WEBHOOK_TOKEN: SECRETS.notion,
    AIRTABLE_WEBHOOKS: 'on',
  };
}

export function subscribe(mockProviders: MockProviders, integration: SubscribedIntegration, { url }: Service) {
  return mockProviders.sendWebhooksTo({
    integration,
    url: `${url}/integrations/${integration}/webhook`,
    ...(integration !== 'hubspot' && { secret: SECRETS[integration] }),
    handshake: integration === 'slack',
  });
}

/** The bases of a connection of Airtable in which its user may make webhooks. */
export async function basesToWatch(client: CausewayClient, connectionId: string): Promise<string[]> {
  const params = { path: { id: connectionId }, query: { types: ['base'] } };
  const { items } = await unwrap(client.GET('/connections/{id}/items', { params }));
  const creatable = items.filter(({ properties }) => properties['permissionLevel'] === 'create');
  return creatable.map(({ id }) => id).sort();
}
