import { AFRESH } from './load.js';
import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import { startMockProviders, type Service, type MockProviders, type MockProvidersProcess } from '@causeway/testing';
import { connect, connection } from './connect.js';
import { INTEGRATIONS, type IntegrationId } from './integration-ids.js';
import { someone, type User } from './users.js';
import { ADMIN_KEY, startProduction, unlimited } from './production.js';

export type FaultSpec = Omit<Parameters<MockProviders['fault']>[0], 'provider' | 'on'>;

/** A service, mock providers that can be made to fail, and a connected user of each. */
export interface FaultyEnvironment {
  mockProviders: MockProviders;
  service: Service;
  causeway: CausewayClient;
  users: Record<IntegrationId, User>;
  load(integration: IntegrationId): ReturnType<typeof load>;
  /** The connection as it is stored, but for the time of its last use. */
  stored(integration: IntegrationId): Promise<Omit<Connection, 'lastUsedAt'>>;
  /** The same happens to all four at once; afterwards nothing stored has changed, and all works as before. */
  everywhere(fault: FaultSpec, expected: (integration: IntegrationId) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const load = (causeway: CausewayClient, integration: IntegrationId, user: User) =>
  causeway.POST('/integrations/{integration}/load', {
    params: { path: { integration } },
    headers: AFRESH,
    body: { ...user, limit: 5 },
  });

export async function startFaultyEnvironment(): Promise<FaultyEnvironment> {
  const apart: MockProvidersProcess = await startMockProviders();
  const mockProviders = await unlimited(apart.mockProviders);
  const service = await startProduction(mockProviders);
  const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  const users = {} as FaultyEnvironment['users'];
  const ids = {} as Record<IntegrationId, string>;
  for (const integration of INTEGRATIONS) {
    users[integration] = someone();
    ids[integration] = (await connect(causeway, integration, users[integration])).id;
  }
  const environment: FaultyEnvironment = {
    mockProviders,
    service,
    causeway,
    users,
    load: (integration) => load(causeway, integration, users[integration]),
    async stored(integration) {
      const { lastUsedAt: _, ...rest } = await connection(causeway, ids[integration]);
      return rest;
    },
    async everywhere(fault, expected) {
      const before = await Promise.all(INTEGRATIONS.map((integration) => environment.stored(integration)));
      await Promise.all(INTEGRATIONS.map((provider) => mockProviders.fault({ provider, on: 'data', ...fault })));
      await Promise.all(INTEGRATIONS.map(expected));
      await mockProviders.clearFaults();
      expect(await Promise.all(INTEGRATIONS.map((integration) => environment.stored(integration)))).toEqual(before);
      for (const integration of INTEGRATIONS) expect((await environment.load(integration)).response.status).toBe(200);
    },
    async stop() {
      await Promise.all([service.stop(), apart.stop()]);
    },
  };
  return environment;
}
