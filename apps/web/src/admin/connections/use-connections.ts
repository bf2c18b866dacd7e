import { useQuery } from '@tanstack/react-query';
import { unwrap, type Connection } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { connectionsKey } from '../../api/queries.js';
import { lists, usePaged } from '../lists.js';

/** Of the lists of all organizations; the list of one user has a key under `connectionsKey` too. */
export const LISTS = [...connectionsKey, 'all organizations'];
export const COUNTS = [...connectionsKey, 'counts'];
export const connectionKey = (id: string) => ['connection', id];

/** What the service filters by. */
export type ConnectionFilter = Partial<Record<'search' | 'integration' | 'status', string>>;

/**
 * The connections that the caller may see, newest first; `useLiveUpdates` keeps them up to date.
 * @param wanted how many are loaded, if there are so many
 */
export const useConnections = (filter: ConnectionFilter, wanted: number) =>
  // While the service searches, the table shows what is found among the connections that are there.
  usePaged({ queryKey: LISTS, list: lists.connections, filter, pageSize: 200, wanted, keepsPrevious: true });

/** How many connections the caller may see, by integration and status; `undefined`: not known yet. */
export function useConnectionCounts() {
  const client = useCauseway();
  const counts = useQuery({
    queryKey: COUNTS,
    queryFn: async ({ signal }) => (await unwrap(client.GET('/connections/counts', { signal }))).counts,
    refetchOnWindowFocus: false,
  }).data;
  return ({ integration, status }: ConnectionFilter): number | undefined =>
    counts
      ?.filter((counted) => (integration ?? counted.integration) === counted.integration)
      .filter((counted) => (status ?? counted.status) === counted.status)
      .reduce((sum, { count }) => sum + count, 0);
}

/** @param listed the connection as the list has it */
export function useConnection(id: string, listed: Connection | undefined) {
  const client = useCauseway();
  return useQuery({
    queryKey: connectionKey(id),
    queryFn: ({ signal }) => unwrap(client.GET('/connections/{id}', { params: { path: { id } }, signal })),
    ...(listed && { placeholderData: listed }),
  });
}
