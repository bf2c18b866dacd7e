import { useEffect, useMemo } from 'react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { unwrap, type Connection } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { connectionsKey } from '../../api/queries.js';

const PAGE_SIZE = 1_000;
/** More are loaded only when the user asks for them or searches. */
const INITIAL_COUNT = 2_000;

/** What the service can filter by. */
export interface ServiceFilter {
  integration: string | null;
  status: Connection['status'] | null;
}

interface PagedQuery {
  hasNextPage: boolean;
  isFetching: boolean;
  isError: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** Of the lists of all organizations; the list of one user has a key under `connectionsKey` too. */
export const listsKey = [...connectionsKey, 'all organizations'];
export const connectionKey = (id: string) => ['connection', id];

export const paging = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor,
};

/** All connections that the caller may see, newest first; `useLiveUpdates` keeps them up to date. */
export function useAllConnections({ integration, status }: ServiceFilter) {
  const client = useCauseway();
  const filter = { ...(integration && { integration }), ...(status && { status }) };
  const query = useInfiniteQuery({
    ...paging,
    queryKey: [...listsKey, filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) };
      return unwrap(client.GET('/connections', { params: { query }, signal }));
    },
    refetchOnWindowFocus: false,
  });
  const { data } = query;
  const connections = useMemo(() => data?.pages.flatMap((page) => page.connections), [data]);
  useFetchWhile(query, (connections?.length ?? 0) < INITIAL_COUNT);
  return { ...query, connections };
}

/** Loads one page after the other while `wanted`. */
export function useFetchWhile({ hasNextPage, isFetching, isError, fetchNextPage }: PagedQuery, wanted: boolean): void {
  const fetchNext = wanted && hasNextPage && !isFetching && !isError;
  useEffect(() => {
    if (fetchNext) void fetchNextPage();
  }, [fetchNext, fetchNextPage]);
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

export function useAuditLog(id: string) {
  const client = useCauseway();
  return useInfiniteQuery({
    ...paging,
    queryKey: [...connectionKey(id), 'audit log'],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 20, ...(pageParam && { cursor: pageParam }) };
      return unwrap(client.GET('/connections/{id}/events', { params: { path: { id }, query }, signal }));
    },
  });
}
