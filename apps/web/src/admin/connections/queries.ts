import { useEffect, useRef } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { unwrap, type Connection } from '@causeway/client';
import { useCauseway, useConnectionEvents, type ConnectionEventsStatus } from '@causeway/react';
import { connectionsKey } from '../../api/queries.js';
import { lists, usePaged } from '../lists.js';

/** Of the lists of all organizations; the list of one user has a key under `connectionsKey` too. */
export const LISTS = [...connectionsKey, 'all organizations'];
export const COUNTS = [...connectionsKey, 'counts'];
export const connectionKey = (id: string) => ['connection', id];

/** Events come in bursts. */
const BURST_MS = 200;
const REFRESH_MS = 2_000;

/** What the service filters by. */
type ConnectionFilter = Partial<Record<'search' | 'integration' | 'status', string>>;

/**
 * The connections that the caller may see, newest first; `useLiveUpdates` keeps them up to date.
 * @param wanted how many are loaded, if there are so many
 */
export const useConnections = (filter: ConnectionFilter, wanted: number) =>
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

/** Reads again what the events of connections say has changed: of any number of events, the lists at most every `REFRESH_MS`. */
export function useLiveUpdates(): ConnectionEventsStatus {
  const queryClient = useQueryClient();
  const timer = useRef<number>(undefined);
  const refreshedAt = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return useConnectionEvents({}, (event) => {
    const refresh = () => {
      // What is being read may be from before the event.
      const isReading = queryClient.isFetching({ queryKey: LISTS }) > 0;
      timer.current = isReading ? window.setTimeout(refresh, BURST_MS) : undefined;
      if (isReading) return;
      refreshedAt.current = Date.now();
      for (const queryKey of [LISTS, COUNTS]) void queryClient.invalidateQueries({ queryKey });
    };
    const wait = Math.max(BURST_MS, refreshedAt.current + REFRESH_MS - Date.now());
    timer.current ??= window.setTimeout(refresh, wait);
    // Its details, if they are open, with its logs.
    if (event.event !== 'reset') void queryClient.invalidateQueries({ queryKey: connectionKey(event.connection.id) });
  });
}
