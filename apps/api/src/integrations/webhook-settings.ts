import type { IntegrationSettings } from '../configuration/configuration.js';
import type { WebhookSetting } from '../configuration/integration-environment.js';
import type { IntegrationDefinition } from './integration-definition.js';

type Definition = Pick<IntegrationDefinition, 'webhooks'>;

/** The setting that webhooks need, without the prefix of the integration; `null`: none of their own. */
export function webhookSetting({ webhooks: { secret } }: Definition): WebhookSetting | null {
  if (secret === 'client') return null;
  return secret === 'hook' ? 'WEBHOOKS' : secret;
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
  return (secret === 'client' ? clientSecret : settings?.webhookSecret) ?? null;
}
