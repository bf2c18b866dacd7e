import type { IntegrationDefinition } from './integration-definition.js';
import type { IntegrationSettings } from '../configuration/configuration.js';

/**
 * The definition as this operator runs it: the stand-ins' addresses in sandbox mode, then what the environment says.
 * @param standIns origin of the stand-ins, each provider mounted under its id before its documented paths
 */
export function effectiveDefinition(
  definition: IntegrationDefinition,
  settings: IntegrationSettings,
  standIns: string | null,
): IntegrationDefinition {
  const at = (documented: string) => {
    if (standIns === null) return documented;
    const { pathname, search } = new URL(documented);
    return `${standIns}/${definition.id}${pathname === '/' ? '' : pathname}${search}`;
  };
  const { authorization, token, revocation, introspection, api } = definition;
  const tokenUrl = settings.tokenUrl ?? at(token.url);
  return {
    ...definition,
    authorization: { ...authorization, url: settings.authorizationUrl ?? at(authorization.url) },
    token: { ...token, url: tokenUrl },
    revocation: revocation && { ...revocation, url: settings.revocationUrl ?? at(revocation.url) },
    // It has no setting of its own: providers have it below the token endpoint.
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
