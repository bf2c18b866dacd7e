import { useEffect } from 'react';
import { useInfiniteQuery, type QueryKey } from '@tanstack/react-query';

interface Page {
  nextCursor: string | null;
}

interface PagedQuery {
  hasNextPage: boolean;
  isFetching: boolean;
  isError: boolean;
  fetchNextPage: () => Promise<unknown>;
}

interface PagedOptions<Row> {
  enabled?: boolean;
  /** How long until the loaded rows are asked for again; `false`: they are not. */
  refreshMs?: (rows: readonly Row[] | undefined) => number | false;
}

export const paging = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }: Page) => nextCursor,
};

/**
 * A list that the service gives page by page. Pages of a rare filter may have few rows or none: the first ones are loaded together.
 * @param wanted how many rows are loaded, if there are so many
 */
export function usePaged<Row, P extends Page>(
  queryKey: QueryKey,
  wanted: number,
  fetchPage: (query: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<P>,
  rowsOf: (page: P) => readonly Row[],
  { enabled = true, refreshMs }: PagedOptions<Row> = {},
) {
  const query = useInfiniteQuery({
    ...paging,
    queryKey,
    enabled,
    queryFn: ({ pageParam, signal }) =>
      fetchPage({ limit: wanted, ...(pageParam !== null && { cursor: pageParam }) }, signal),
    refetchOnWindowFocus: false,
    ...(refreshMs && {
      refetchInterval: ({ state }: { state: { data?: { pages: P[] } | undefined } }) =>
        refreshMs(state.data?.pages.flatMap(rowsOf)),
    }),
  });
  const rows = query.data?.pages.flatMap(rowsOf);
  useFetchWhile(query, (rows?.length ?? 0) < wanted);
  return { ...query, rows };
}

/** Loads one page after the other while `wanted`. */
export function useFetchWhile({ hasNextPage, isFetching, isError, fetchNextPage }: PagedQuery, wanted: boolean): void {
  const fetchNext = wanted && hasNextPage && !isFetching && !isError;
  useEffect(() => {
    if (fetchNext) void fetchNextPage();
  }, [fetchNext, fetchNextPage]);
}
