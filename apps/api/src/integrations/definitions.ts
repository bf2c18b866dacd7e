import type { IntegrationDefinition } from './integration-definition.js';
import { airtable } from './airtable/airtable.definition.js';
import { hubspot } from './hubspot/hubspot.definition.js';
import { notion } from './notion/notion.definition.js';
import { slack } from './slack/slack.definition.js';

/** The definition of every integration, in the order in which they are shown. */
export const definitions = [notion, airtable, hubspot, slack] as const satisfies readonly IntegrationDefinition[];

export const integrationIds: readonly string[] = definitions.map(({ id }) => id);
