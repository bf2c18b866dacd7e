import { useEffect } from 'react';
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryKey,
} from '@tanstack/react-query';
import { unwrap, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { useIntegrations } from '../api/queries.js';

export interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
}

/** An interface would not do for the client, which allows properties of any name. */
type Init = { params: { query: Record<string, unknown> }; signal: AbortSignal };

export type List<Row> = (client: CausewayClient, init: Init) => Promise<Page<Row>>;

export type RowOf<L> = L extends List<infer Row> ? Row : never;

/** What a response has a list of. */
type RowIn<Response> = Extract<Response[keyof Response], readonly unknown[]>[number];

const listOf =
  <Response extends object>(get: (client: CausewayClient, init: Init) => Promise<Response>): List<RowIn<Response>> =>
  async (client, init) => {
    const response: Response & Partial<Page<unknown>> = await get(client, init);
    const rows = Object.values(response).find(Array.isArray) as RowIn<Response>[];
    return { rows, nextCursor: response.nextCursor ?? null };
  };

const withId = (id: string, { params, signal }: Init) => ({ params: { ...params, path: { id } }, signal });

/** The lists of the service, newest first. */
export const lists = {
  activity: listOf((client, init) => unwrap(client.GET('/activity', init))),
  audit: listOf((client, init) => unwrap(client.GET('/audit', init))),
  connections: listOf((client, init) => unwrap(client.GET('/connections', init))),
  keys: listOf((client, { signal }) => unwrap(client.GET('/keys', { signal }))),
  syncs: listOf((client, init) => unwrap(client.GET('/syncs', init))),
  endpoints: listOf((client, { signal }) => unwrap(client.GET('/webhook-endpoints', { signal }))),
};

export type WebhookEndpoint = RowOf<typeof lists.endpoints>;

/** The audit log of a connection that exists. */
export const listEvents = (id: string) =>
  listOf((client, init) => unwrap(client.GET('/connections/{id}/events', withId(id, init))));

/** What was sent to a webhook endpoint. */
export const listDeliveries = (id: string) =>
  listOf((client, init) => unwrap(client.GET('/webhook-endpoints/{id}/deliveries', withId(id, init))));

/** The same function for each rendering, so that it runs only for other data. */
const rowsIn = <Row>({ pages }: { pages: Page<Row>[] }): Row[] => pages.flatMap(({ rows }) => rows);

export interface PagedOptions<Row> {
  queryKey: QueryKey;
  list: List<Row>;
  filter?: Record<string, unknown>;
  /** How many rows are loaded, if there are so many. Pages of a rare filter may have few rows or none. */
  wanted?: number;
  pageSize?: number;
  enabled?: boolean;
  /** How long until the loaded rows are asked for again; `false`: they are not. */
  refreshMs?: (rows: readonly Row[] | undefined) => number | false;
}

/** A list that the service gives page by page. While other rows are loaded, those before are there. The key ends with the filter. */
export function usePaged<Row>(options: PagedOptions<Row>) {
  const { queryKey, list, filter = {}, wanted = 50, pageSize: limit = wanted, enabled = true, refreshMs } = options;
  const client = useCauseway();
  const query = useInfiniteQuery({
    queryKey: [...queryKey, filter],
    queryFn: ({ pageParam: cursor, signal }) =>
      list(client, { params: { query: { ...filter, limit, ...(cursor && { cursor }) } }, signal }),
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
  options: { refetchInterval?: number } = {},
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

/** An integration that the service no longer has is called by its id. */
export function useIntegrationNames(): (id: string) => string {
  const { data = [] } = useIntegrations();
  return (id) => data.find((one) => one.id === id)?.name ?? id;
}
