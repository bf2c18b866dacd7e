import { useQuery, useQueryClient } from '@tanstack/react-query';
import { listConnections, unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import type { User } from '../user/user.js';

export const connectionsKey = ['connections'];

export function useIntegrations() {
  const client = useCauseway();
  return useQuery({
    queryKey: ['integrations'],
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) => (await unwrap(client.GET('/integrations', { signal }))).integrations,
  });
}

/** All connections of a user, newest first. */
export function useUserConnections(user: User | null) {
  const client = useCauseway();
  const { orgId = '', userId = '' } = user ?? {};
  return useQuery({
    queryKey: [...connectionsKey, orgId, userId],
    queryFn: ({ signal }) => listConnections(client, { orgId, userId }, signal),
    enabled: user !== null,
  });
}

export function useInvalidateConnections(): () => Promise<void> {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: connectionsKey });
}
