import { HttpClient } from '@causeway/http-client';
import { TokenClient } from '@causeway/oauth';
import type { Configuration } from '../../configuration/configuration.js';
import { definitions } from '../../integrations/definitions.js';
import { effectiveDefinition } from '../../integrations/effective-definition.js';
import { checkIntegration } from '../../integrations/integration-checks.js';
import type { IntegrationDefinition } from '../../integrations/integration-definition.js';
import type { Finding } from './finding.js';

/** @param isOffline asks no provider */
export async function inspectIntegrations(config: Configuration, isOffline: boolean): Promise<Finding[]> {
  if (config.mode === 'sandbox')
    return [{ check: 'integrations', status: 'ok', detail: 'mock providers, since this is sandbox mode' }];
  const http = new HttpClient();
  try {
    const found = await Promise.all(definitions.map((definition) => inspectOne(config, definition, http, isOffline)));
    if (found.flat().length > 0) return found.flat();
  } finally {
    await http.close();
  }
  return [
    {
      check: 'integrations',
      status: 'fail',
      detail: 'no integration has a client id: nobody can connect anything',
      advice: 'Register an app at a provider and set <ID>_CLIENT_ID and <ID>_CLIENT_SECRET.',
    },
  ];
}

/** Nothing for an integration that is not configured: few installations have all. */
async function inspectOne(
  config: Configuration,
  documented: IntegrationDefinition,
  http: HttpClient,
  isOffline: boolean,
): Promise<Finding[]> {
  const { id } = documented;
  const settings = config.integrations[id];
  if (settings?.client == null) return [];
  const definition = effectiveDefinition(documented, settings, null);
  const redirectUri = settings.redirectUri ?? `${config.publicUrl}/integrations/${id}/oauth2callback`;
  const registered: Finding = {
    check: id,
    status: 'ok',
    detail: `configured; register ${redirectUri} at the provider`,
  };
  if (isOffline) return [registered];
  const { id: clientId, secret: clientSecret } = settings.client;
  const scopes = settings.scopes ?? definition.authorization.scopes;
  const tokens = new TokenClient(http, { provider: definition, clientId, clientSecret, redirectUri, scopes });
  const checks = await checkIntegration(definition, tokens);
  return [registered, ...checks.map(({ name: _, ...result }) => ({ check: id, ...result }))];
}
