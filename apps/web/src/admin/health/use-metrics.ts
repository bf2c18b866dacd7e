import { useQuery, useQueryClient } from '@tanstack/react-query';
import { unwrap, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';

const INTERVAL_MS = 5_000;
/** Ten minutes. */
const MAX_HISTORY = 120;
const KEY = ['metrics'];

const fetchMetrics = (client: CausewayClient, signal: AbortSignal) =>
  unwrap(client.GET('/metrics/summary', { signal }));

/** Counts are totals since the service started. */
export type Metrics = Awaited<ReturnType<typeof fetchMetrics>>;

/** The metrics of the last minutes, oldest first. They are requested only while the page is visible. */
export function useMetrics() {
  const client = useCauseway();
  const queryClient = useQueryClient();
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const metrics = await fetchMetrics(client, signal);
      return [...(queryClient.getQueryData<Metrics[]>(KEY) ?? []), metrics].slice(-MAX_HISTORY);
    },
    refetchInterval: INTERVAL_MS,
    staleTime: 0,
  });
}

type Counter = 'connects' | 'loads' | 'refreshes' | 'providerCalls' | 'requests';

/** The rate between each two metrics. When the service has restarted, its counts start at 0. */
export function perMinute(history: readonly Metrics[], counter: Counter): number[] {
  return history.slice(1).map((metrics, index) => {
    const previous = history[index] ?? metrics;
    const increase = metrics[counter] - (metrics[counter] < previous[counter] ? 0 : previous[counter]);
    const minutes = (Date.parse(metrics.at) - Date.parse(previous.at)) / 60_000;
    return increase / Math.max(1 / 60, minutes);
  });
}
