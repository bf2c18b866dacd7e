import { useMemo } from 'react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { unwrap, type Connection } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { connectionsKey } from '../../api/queries.js';
import { paging, useFetchWhile } from '../use-paged.js';

const PAGE_SIZE = 200;

/** What the service filters by. */
export interface ServiceFilter {
  find: string;
  integration: string | null;
  status: Connection['status'] | null;
}

/** Of the lists of all organizations; the list of one user has a key under `connectionsKey` too. */
export const listsKey = [...connectionsKey, 'all organizations'];
export const countsKey = [...connectionsKey, 'counts'];
export const connectionKey = (id: string) => ['connection', id];

/**
 * The connections that the caller may see, newest first; `useLiveUpdates` keeps them up to date.
 * @param wanted how many are loaded, if there are so many
 */
export function useConnections({ find, integration, status }: ServiceFilter, wanted: number) {
  const client = useCauseway();
  const search = find.trim();
  const filter = { ...(search && { search }), ...(integration && { integration }), ...(status && { status }) };
  const query = useInfiniteQuery({
    ...paging,
    queryKey: [...listsKey, filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) };
      return unwrap(client.GET('/connections', { params: { query }, signal }));
    },
    // While the service searches, the table shows what is found among the connections that are there.
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
  const { data, isPlaceholderData } = query;
  const connections = useMemo(() => data?.pages.flatMap((page) => page.connections), [data]);
  useFetchWhile(query, !isPlaceholderData && (connections?.length ?? 0) < wanted);
  return { ...query, connections };
}

/** How many connections the caller may see, by integration and status. */
export function useConnectionCounts() {
  const client = useCauseway();
  const counts = useQuery({
    queryKey: countsKey,
    queryFn: async ({ signal }) => (await unwrap(client.GET('/connections/counts', { signal }))).counts,
    refetchOnWindowFocus: false,
  }).data;
  return (integration: string | null, status: Connection['status'] | null): number | undefined =>
    counts
      ?.filter((counted) => (integration ?? counted.integration) === counted.integration)
      .filter((counted) => (status ?? counted.status) === counted.status)
      .reduce((sum, { count }) => sum + count, 0);
}

/**
 * @param listed the connection as the list has it
 * @param frozen does not refresh it
 */
export function useConnection(id: string, listed: Connection | undefined, frozen: boolean) {
  const client = useCauseway();
  return useQuery({
    queryKey: connectionKey(id),
    queryFn: ({ signal }) => unwrap(client.GET('/connections/{id}', { params: { path: { id } }, signal })),
    enabled: !frozen,
    ...(listed && { placeholderData: listed }),
  });
}
