import { useEffect, useMemo } from 'react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Connection } from '@causeway/client';
import { connectionsKey } from '../../api/queries.js';
import { dataOf } from '../../api/service-problem.js';
import { useService } from '../../api/service.js';

const PAGE = 1_000;
/** More is loaded only when somebody wants it, or looks for something. */
const MOST_UNASKED = 2_000;

/** What the service filters by itself. */
export interface ServiceFilter {
  integration: string | null;
  status: Connection['status'] | null;
}

interface Further {
  hasNextPage: boolean;
  isFetching: boolean;
  isError: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** What the lists of all organisations are kept under; also those of one user are, one level deeper. */
export const listsKey = [...connectionsKey, 'all organisations'];
export const connectionKey = (id: string) => ['connection', id];
const trailKey = (id: string) => [...connectionKey(id), 'trail'];

/** All connections that the caller may see, newest first, page by page up to a number; `live-feed.ts` keeps them up to date. */
export function useAllConnections({ integration, status }: ServiceFilter) {
  const service = useService();
  const filter = { ...(integration === null ? {} : { integration }), ...(status === null ? {} : { status }) };
  const query = useInfiniteQuery({
    queryKey: [...listsKey, filter],
    queryFn: ({ pageParam, signal }) => {
      const page = { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return dataOf(service.GET('/connections', { params: { query: { ...filter, ...page } }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchOnWindowFocus: false,
  });
  const { data } = query;
  const connections = useMemo(() => data?.pages.flatMap((page) => page.connections), [data]);
  useFurther(query, (connections?.length ?? 0) < MOST_UNASKED);
  return { ...query, connections };
}

/** Loads page after page, for as long as that is wanted and there is one. */
export function useFurther({ hasNextPage, isFetching, isError, fetchNextPage }: Further, wanted: boolean): void {
  const goesOn = wanted && hasNextPage && !isFetching && !isError;
  useEffect(() => {
    if (goesOn) void fetchNextPage();
  }, [goesOn, fetchNextPage]);
}

/** @param known as a list has it, if it does. @param leaving it is being disconnected: what is known of it stays */
export function useConnection(id: string, known: Connection | undefined, leaving: boolean) {
  const service = useService();
  return useQuery({
    queryKey: connectionKey(id),
    queryFn: ({ signal }) => dataOf(service.GET('/connections/{id}', { params: { path: { id } }, signal })),
    enabled: !leaving,
    ...(known === undefined ? {} : { placeholderData: known }),
  });
}

export function useTrail(id: string) {
  const service = useService();
  return useInfiniteQuery({
    queryKey: trailKey(id),
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 20, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return dataOf(service.GET('/connections/{id}/events', { params: { path: { id }, query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}
