import type { WebhookSetting } from '../configuration/integration-environment.js';
import { webhookSetting } from './webhook-settings.js';
import type { IntegrationDefinition } from './integration-definition.js';
import { airtable } from './airtable/airtable.definition.js';
import { hubspot } from './hubspot/hubspot.definition.js';
import { notion } from './notion/notion.definition.js';
import { slack } from './slack/slack.definition.js';

/** The definition of every integration, in the order in which they are shown. */
export const definitions = [notion, airtable, hubspot, slack] as const satisfies readonly IntegrationDefinition[];

export const integrationIds: readonly string[] = definitions.map(({ id }) => id);

/** The item types of each integration that the provider's terms restrict keeping. */
export const restrictedTypes: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  definitions.map(({ id, itemTypes }: IntegrationDefinition) => [
    id,
    itemTypes.filter(({ restrictedStorage }) => restrictedStorage !== undefined).map(({ type }) => type),
  ]),
);

/** What webhooks need of the operator, by integration. */
export const webhookSettings: Readonly<Record<string, WebhookSetting>> = Object.fromEntries(
  definitions.flatMap((definition) => {
    const setting = webhookSetting(definition);
    return setting === null ? [] : [[definition.id, setting]];
  }),
);

/** The integrations whose provider has a journal. */
export const journalIds: readonly string[] = definitions
  .filter(({ webhooks }: IntegrationDefinition) => webhooks.journal !== undefined)
  .map(({ id }) => id);
