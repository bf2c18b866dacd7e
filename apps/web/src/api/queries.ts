import { useQuery, useQueryClient } from '@tanstack/react-query';
import { listConnections, unwrap } from '@causeway/client';
import { offeredIntegrations } from '@causeway/client/browser';
import { useCauseway } from '@causeway/react';
import { useCaller } from '../session/caller.js';
import type { User } from '../user/user.js';

export const connectionsKey = ['connections'];

/** A session is an end customer's: it is offered no integration that the operator has yet to set up. */
export function useIntegrations() {
  const client = useCauseway();
  const isCustomer = useCaller().kind === 'session';
  return useQuery({
    queryKey: ['integrations'],
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) => {
      const { integrations } = await unwrap(client.GET('/integrations/details', { signal }));
      if (!isCustomer || integrations.every(({ configured }) => configured)) return integrations;
      return offeredIntegrations(integrations, await listConnections(client, {}, signal));
    },
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
