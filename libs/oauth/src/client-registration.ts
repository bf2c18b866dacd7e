import type { IntegrationDefinition } from './integration-definition.js';

/** Our registration as an OAuth client at one provider, with the operator's settings applied to the definition. */
export interface ClientRegistration {
  readonly definition: IntegrationDefinition;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}
