import { BrowserUser, startService, MockProviders, type Service } from '@causeway/testing';
import { createCauseway } from '@causeway/client';
import { INTEGRATIONS } from './integration-ids.js';
import { someone } from './users.js';
import { unlimited } from './production.js';

/** A service in sandbox mode, without rate limits on either side. */
export async function startSandboxMode(
  env: Record<string, string> = {},
): Promise<{ service: Service; mockProviders: MockProviders }> {
  const limits = Object.fromEntries(INTEGRATIONS.map((id) => [`${id.toUpperCase()}_RATE_LIMIT`, 'off']));
  const service = await startService({ env: { CAUSEWAY_MODE: 'sandbox', ...limits, ...env } });
  return { service, mockProviders: await unlimited(await standInsOf(service)) };
}

/** The mock providers that a service in sandbox mode brought along: they are where it sends people. */
async function standInsOf(service: Service): Promise<MockProviders> {
  const causeway = createCauseway({ baseUrl: service.url });
  const { data } = await causeway.POST('/integrations/{integration}/authorize', {
    params: { path: { integration: 'hubspot' } },
    body: { ...someone(), finish: 'none' },
  });
  return new MockProviders(new URL(await new BrowserUser().open(data?.authorizationUrl ?? '')).origin);
}
