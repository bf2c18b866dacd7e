import type { IntegrationDefinition } from './integration-definition.js';
import type { IntegrationSettings } from '../configuration/configuration.js';

/**
 * The definition with the mock providers' addresses in sandbox mode, and with the operator's settings.
 * @param mockProviders their origin, with each provider's documented paths below its id
 */
export function effectiveDefinition(
  definition: IntegrationDefinition,
  settings: IntegrationSettings,
  mockProviders: string | null,
): IntegrationDefinition {
  const at = (documented: string) => {
    if (mockProviders === null) return documented;
    const { pathname, search } = new URL(documented);
    return `${mockProviders}/${definition.id}${pathname === '/' ? '' : pathname}${search}`;
  };
  const { authorization, token, revocation, introspection, api } = definition;
  const tokenUrl = settings.tokenUrl ?? at(token.url);
  return {
    ...definition,
    authorization: { ...authorization, url: settings.authorizationUrl ?? at(authorization.url) },
    token: { ...token, url: tokenUrl },
    revocation: revocation && { ...revocation, url: settings.revocationUrl ?? at(revocation.url) },
    // No setting of its own: providers have it below the token endpoint.
    introspection: introspection && { ...introspection, url: introspection.url.replace(token.url, tokenUrl) },
    api: { ...api, url: settings.apiUrl ?? at(api.url) },
    rateLimits: rateLimits(definition.rateLimits, settings.rateLimit),
  };
}

function rateLimits(documented: IntegrationDefinition['rateLimits'], setting: IntegrationSettings['rateLimit']) {
  if (setting === 'off') return [];
  const [main, ...others] = documented;
  return setting === null || main === undefined ? documented : [{ ...main, ...setting }, ...others];
}
