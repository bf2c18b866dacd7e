import { useEffect } from 'react';
import { Skeleton } from '@mui/material';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { QueryKey } from '@tanstack/react-query';
import { unwrap, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { problemOf } from '../api/client.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { texts } from './texts.js';

type Page<Row> = { rows: Row[]; nextCursor: string | null };

/** An interface would not do for the client, which allows properties of any name. */
type Init = { params: { query: Record<string, unknown> }; signal: AbortSignal };

export interface List<Row> {
  queryKey: QueryKey;
  read: (client: CausewayClient, init: Init) => Promise<Page<Row>>;
}

export type RowOf<L> = L extends List<infer Row> ? Row : never;

/** What a response has a list of. */
type RowIn<Response> = Extract<Response[keyof Response], readonly unknown[]>[number];

const listOf = <Response extends object>(
  queryKey: QueryKey,
  get: (client: CausewayClient, init: Init) => Promise<Response>,
): List<RowIn<Response>> => ({
  queryKey,
  read: async (client, init) => {
    const response: Response & Partial<Page<unknown>> = await get(client, init);
    const rows = Object.values(response).find(Array.isArray) as RowIn<Response>[];
    return { rows, nextCursor: response.nextCursor ?? null };
  },
});

const withId = (id: string, { params, signal }: Init) => ({ params: { ...params, path: { id } }, signal });

/** The lists of the service, newest first. */
export const lists = {
  activity: listOf(['activity'], (client, init) => unwrap(client.GET('/activity', init))),
  audit: listOf(['audit'], (client, init) => unwrap(client.GET('/audit', init))),
  connections: listOf(['connections'], (client, init) => unwrap(client.GET('/connections', init))),
  keys: listOf(['keys'], (client, { signal }) => unwrap(client.GET('/keys', { signal }))),
  syncs: listOf(['syncs'], (client, init) => unwrap(client.GET('/syncs', init))),
  endpoints: listOf(['endpoints'], (client, { signal }) => unwrap(client.GET('/webhook-endpoints', { signal }))),
};

export type WebhookEndpoint = RowOf<typeof lists.endpoints>;

/** The audit log of a connection that exists. */
export const eventsOf = (id: string) =>
  listOf(['events', id], (client, init) => unwrap(client.GET('/connections/{id}/events', withId(id, init))));

/** What was sent to a webhook endpoint. */
export const deliveriesOf = (id: string) =>
  listOf(['deliveries', id], (client, init) =>
    unwrap(client.GET('/webhook-endpoints/{id}/deliveries', withId(id, init))),
  );

/** The same function for each rendering, so that it runs only for other data. */
function rowsIn<Row>({ pages }: { pages: Page<Row>[] }): Row[] {
  return pages.flatMap(({ rows }) => rows);
}

export interface PagedOptions<Row> extends List<Row> {
  filter?: Record<string, unknown>;
  /** How many rows are loaded, if there are so many. Pages of a rare filter may have few rows or none. */
  wanted?: number;
  pageSize?: number;
  enabled?: boolean;
  /** How long until the loaded rows are asked for again; `false`: they are not. */
  refreshMs?: (rows: readonly Row[] | undefined) => number | false;
}

/** A list that the service gives page by page. While other rows are loaded, those before are there. */
export function usePaged<Row>(options: PagedOptions<Row>) {
  const { queryKey, read, filter = {}, wanted = 50, pageSize: limit = wanted, enabled = true, refreshMs } = options;
  const client = useCauseway();
  const query = useInfiniteQuery({
    queryKey: [...queryKey, filter, limit],
    queryFn: ({ pageParam: cursor, signal }) =>
      read(client, { params: { query: { ...filter, limit, ...(cursor && { cursor }) } }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }: Page<Row>) => nextCursor,
    select: rowsIn<Row>,
    enabled,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
    ...(refreshMs && {
      refetchInterval: ({ state }: { state: { data?: { pages: Page<Row>[] } | undefined } }) =>
        refreshMs(state.data && rowsIn(state.data)),
    }),
  });
  const { data: rows, hasNextPage, isFetching, isError, isPlaceholderData, fetchNextPage } = query;
  const fetchesNext = hasNextPage && !isFetching && !isError && !isPlaceholderData && (rows?.length ?? 0) < wanted;
  useEffect(() => {
    if (fetchesNext) void fetchNextPage();
  }, [fetchesNext, fetchNextPage]);
  return { ...query, rows };
}

export function useRead<Data>(
  queryKey: QueryKey,
  read: (client: CausewayClient, signal: AbortSignal) => Promise<Data>,
  options: { refetchInterval?: number; staleTime?: number } = {},
) {
  const client = useCauseway();
  return useQuery({ queryKey, queryFn: ({ signal }) => read(client, signal), ...options });
}

/** A request that changes what the given queries have. Its response is not kept, because it may have a secret. */
export function useAction<Data, Variables = void>(
  request: (client: CausewayClient, variables: Variables) => Promise<Data>,
  ...changed: QueryKey[]
) {
  const client = useCauseway();
  const queryClient = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (variables: Variables) => request(client, variables),
    onSettled: () => changed.forEach((queryKey) => void queryClient.invalidateQueries({ queryKey })),
  });
}

const listIntegrations = async (client: CausewayClient, signal: AbortSignal) =>
  (await unwrap(client.GET('/integrations/details', { signal }))).integrations;

export const useIntegrations = () => useRead(['integrations'], listIntegrations, { staleTime: 5 * 60_000 });

/** An integration that the service no longer has is called by its id. */
export function useIntegrationNames(): (id: string) => string {
  const { data = [] } = useIntegrations();
  return (id) => data.find((one) => one.id === id)?.name ?? id;
}

type Request = { error: unknown; isPending: boolean; refetch?: () => unknown };

/**
 * Why a request has failed, and the room for what is still loaded. Queries can be tried again.
 * @param height of what is shown as soon as all of them have responded
 */
export function RequestState({ of, height = 0 }: { of: readonly Request[]; height?: number }) {
  const failed = of.find(({ error }) => error !== null);
  return (
    <>
      {failed && <ProblemAlert problem={problemOf(failed.error)} onRetry={failed.refetch} />}
      {height > 0 && of.some(({ isPending }) => isPending) && <Skeleton height={height} aria-label={texts.loading} />}
    </>
  );
}
