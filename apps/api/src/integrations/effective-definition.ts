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
    rateLimits: rateLimits(definition.rateLimits, settings),
  };
}

function rateLimits(
  documented: IntegrationDefinition['rateLimits'],
  { rateLimit, otherRateLimits }: IntegrationSettings,
): IntegrationDefinition['rateLimits'] {
  if (rateLimit === 'off') return [];
  return documented.map((limit, index) => ({ ...limit, ...(index === 0 ? rateLimit : otherRateLimits[limit.name]) }));
}
