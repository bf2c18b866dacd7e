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
