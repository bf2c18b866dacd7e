import { useEffect, useRef } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@causeway/client';
import { useConnectionEvents, type ConnectionEventsStatus } from '@causeway/react';
import { lists, useRead } from '../requests.js';

export const LISTS = lists.connections.queryKey;
export const COUNTS = ['connection counts'];
export const connectionKey = (id: string) => ['connection', id];

/** Events come in bursts. */
const BURST_MS = 200;
const REFRESH_MS = 2_000;

/** How many connections the caller may see, by integration and status; `undefined`: not known yet. */
export function useConnectionCounts() {
  const { data } = useRead(COUNTS, (client, signal) => unwrap(client.GET('/connections/counts', { signal })));
  return ({ integration, status }: Partial<Record<'integration' | 'status', string>>): number | undefined =>
    data?.counts
      .filter((counted) => (integration ?? counted.integration) === counted.integration)
      .filter((counted) => (status ?? counted.status) === counted.status)
      .reduce((sum, { count }) => sum + count, 0);
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
