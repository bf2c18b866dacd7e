import { AFRESH } from './load.js';
import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import { startMockProviders, type Service, type MockProviders, type MockProvidersProcess } from '@causeway/testing';
import { connect, connection } from './connect.js';
import { INTEGRATIONS, type IntegrationId } from './integration-ids.js';
import { someone, type User } from './users.js';
import { ADMIN_KEY, startProduction, unlimited } from './production.js';

export type FaultSpec = Omit<Parameters<MockProviders['fault']>[0], 'provider' | 'on'>;

/** A service, stand-ins that can be made to fail, and a connected user of each. */
export interface FaultyGround {
  standIns: MockProviders;
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

export async function startFaultyGround(): Promise<FaultyGround> {
  const apart: MockProvidersProcess = await startMockProviders();
  const standIns = await unlimited(apart.mockProviders);
  const service = await startProduction(standIns);
  const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  const users = {} as FaultyGround['users'];
  const ids = {} as Record<IntegrationId, string>;
  for (const integration of INTEGRATIONS) {
    users[integration] = someone();
    ids[integration] = (await connect(causeway, integration, users[integration])).id;
  }
  const ground: FaultyGround = {
    standIns,
    service,
    causeway,
    users,
    load: (integration) => load(causeway, integration, users[integration]),
    async stored(integration) {
      const { lastUsedAt: _, ...rest } = await connection(causeway, ids[integration]);
      return rest;
    },
    async everywhere(fault, expected) {
      const before = await Promise.all(INTEGRATIONS.map((integration) => ground.stored(integration)));
      await Promise.all(INTEGRATIONS.map((provider) => standIns.fault({ provider, on: 'data', ...fault })));
      await Promise.all(INTEGRATIONS.map(expected));
      await standIns.clearFaults();
      expect(await Promise.all(INTEGRATIONS.map((integration) => ground.stored(integration)))).toEqual(before);
      for (const integration of INTEGRATIONS) expect((await ground.load(integration)).response.status).toBe(200);
    },
    async stop() {
      await Promise.all([service.stop(), apart.stop()]);
    },
  };
  return ground;
}
