import type { IntegrationSettings } from '../configuration/configuration.js';
import type { IntegrationDefinition } from './integration-definition.js';

type Definition = Pick<IntegrationDefinition, 'id' | 'webhooks'>;

/** The environment variable that webhooks need; `null`: none of their own. */
export function webhookVariable({ id, webhooks: { secret } }: Definition): string | null {
  if (secret === 'client') return null;
  return `${id.toUpperCase()}_${secret === 'hook' ? 'WEBHOOKS' : secret}`;
}

/** Whether webhooks can be verified. */
export function isWebhookReady(
  definition: Definition,
  settings: IntegrationSettings | undefined,
  clientSecret: string | undefined,
): boolean {
  if (definition.webhooks.secret === 'hook') return settings?.makesWebhooks === true;
  return webhookSecretOf(definition, settings, clientSecret) !== null;
}

/** What the provider signs its webhooks with; `null`: it is not configured, or each hook has one of its own. */
export function webhookSecretOf(
  { webhooks: { secret } }: Definition,
  settings: IntegrationSettings | undefined,
  clientSecret: string | undefined,
): string | null {
  if (secret === 'hook') return null;
  return (secret === 'client' ? clientSecret : settings?.webhookSecrets[secret]) ?? null;
}
