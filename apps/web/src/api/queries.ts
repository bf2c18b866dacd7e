import { queryOptions, useQuery } from '@tanstack/react-query';
import type { CausewayClient, Connection, Integration } from '@causeway/client';
import { dataOf } from './service-problem.js';
import { useService } from './service.js';

/** Whose accounts are meant. */
export interface Who {
  orgId: string;
  userId: string;
}

const CONNECTIONS = 'connections';
export const connectionsKey = [CONNECTIONS];

const integrationsQuery = (service: CausewayClient) =>
  queryOptions({
    queryKey: ['integrations'],
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }): Promise<Integration[]> =>
      (await dataOf(service.GET('/integrations', { signal }))).integrations,
  });

const connectionsQuery = (service: CausewayClient, who: Who) =>
  queryOptions({
    queryKey: [CONNECTIONS, who.orgId, who.userId],
    queryFn: ({ signal }) => allConnections(service, who, signal),
  });

export const useIntegrations = () => useQuery(integrationsQuery(useService()));

/** All connections of a user, newest first. `null`: not known yet whose. */
export function useConnections(who: Who | null) {
  const service = useService();
  return useQuery({ ...connectionsQuery(service, who ?? { orgId: '', userId: '' }), enabled: who !== null });
}

async function allConnections(service: CausewayClient, who: Who, signal: AbortSignal): Promise<Connection[]> {
  const all: Connection[] = [];
  let cursor: string | null = null;
  do {
    const query: Who & { limit: number; cursor?: string } = {
      ...who,
      limit: 100,
      ...(cursor === null ? {} : { cursor }),
    };
    const page = await dataOf(service.GET('/connections', { params: { query }, signal }));
    all.push(...page.connections);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}
