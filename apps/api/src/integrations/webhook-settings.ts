import type { IntegrationSettings } from '../configuration/configuration.js';
import type { IntegrationDefinition } from './integration-definition.js';

type Definition = Pick<IntegrationDefinition, 'id' | 'webhooks'>;

/** The environment variable with what the provider signs its webhooks with; `null`: it is none of its own. */
export function webhookVariable({ id, webhooks: { secret } }: Definition): string | null {
  return secret === 'client' || secret === 'hook' ? null : `${id.toUpperCase()}_${secret}`;
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
