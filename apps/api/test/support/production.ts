import { randomBytes } from 'node:crypto';
import { startService, type Service, type MockProviders } from '@causeway/testing';
import { INTEGRATIONS, type IntegrationId } from './integration-ids.js';

export const ADMIN_KEY = 'an-admin-key-for-tests-of-at-least-32-characters';

export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

/** Endpoints as the providers document them, below the address of each mock providers. */
const ENDPOINTS: Record<IntegrationId, { authorization: string; token: string; revocation?: string }> = {
  notion: { authorization: '/v1/oauth/authorize', token: '/v1/oauth/token', revocation: '/v1/oauth/revoke' },
  airtable: { authorization: '/oauth2/v1/authorize', token: '/oauth2/v1/token' },
  hubspot: {
    authorization: '/oauth/authorize',
    token: '/oauth/2026-09/token',
    revocation: '/oauth/2026-09/token/revoke',
  },
  slack: { authorization: '/oauth/v2/authorize', token: '/api/oauth.v2.access', revocation: '/api/auth.revoke' },
};

export function clientEnvironment(
  integration: IntegrationId,
  base: string,
  { clientId, clientSecret }: ClientCredentials,
): Record<string, string> {
  const { authorization, token, revocation } = ENDPOINTS[integration];
  const name = integration.toUpperCase();
  return {
    [`${name}_CLIENT_ID`]: clientId,
    [`${name}_CLIENT_SECRET`]: clientSecret,
    [`${name}_AUTHORIZATION_URL`]: `${base}${authorization}`,
    [`${name}_TOKEN_URL`]: `${base}${token}`,
    ...(revocation ? { [`${name}_REVOCATION_URL`]: `${base}${revocation}` } : {}),
    [`${name}_API_URL`]: base,
    [`${name}_RATE_LIMIT`]: 'off',
  };
}

/** What the mock providers know from the start. */
const sandboxClient = (integration: IntegrationId): ClientCredentials => ({
  clientId: `sandbox-${integration}`,
  clientSecret: `sandbox-${integration}-secret`,
});

export const encryptionKeys = (id = 'k1'): string => `${id}:${randomBytes(32).toString('base64')}`;

/** CAUSEWAY_MODE=production with all four pointed at mock providers, as another HTTP server that speaks their protocols. */
export function productionEnvironment(mockProviders: MockProviders): Record<string, string> {
  const clients = INTEGRATIONS.map((id) => clientEnvironment(id, `${mockProviders.url}/${id}`, sandboxClient(id)));
  return Object.assign({ CAUSEWAY_MODE: 'production', ADMIN_KEY, ENCRYPTION_KEYS: encryptionKeys() }, ...clients);
}

/** Without the documented rate limits, which would make tests wait. */
export async function unlimited(mockProviders: MockProviders): Promise<MockProviders> {
  await Promise.all(INTEGRATIONS.map((provider) => mockProviders.limit({ provider, limit: 'off' })));
  return mockProviders;
}

export const startProduction = (mockProviders: MockProviders, env: Record<string, string> = {}): Promise<Service> =>
  startService({ env: { ...productionEnvironment(mockProviders), ...env } });
