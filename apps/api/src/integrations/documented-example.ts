import { definitions } from './definitions.js';
import type { IntegrationDefinition } from './integration-definition.js';

type Documented = IntegrationDefinition & Required<Pick<IntegrationDefinition, 'exampleRequests'>>;

const isDocumented = (definition: IntegrationDefinition): definition is Documented =>
  definition.exampleRequests !== undefined;

/** The integration of all examples in the API's documentation: the first one whose definition has requests to show. */
function find(): Documented {
  const found = (definitions as readonly IntegrationDefinition[]).find(isDocumented);
  if (found === undefined) throw new Error('No definition has example requests.');
  return found;
}

export const EXAMPLE = find();

/** A provider that tries a new webhook URL with a token, unsigned. */
export const HANDSHAKE_EXAMPLE = {
  integration: definitions.find(({ webhooks }) => webhooks.secret === 'WEBHOOK_TOKEN')?.id,
  body: { verification_token: 'secret_of_the_new_subscription' },
};
