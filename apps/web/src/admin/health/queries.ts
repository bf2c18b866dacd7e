import { useQueryClient } from '@tanstack/react-query';
import { toCausewayError, unwrap, type CausewayClient } from '@causeway/client';
import { useRead } from '../requests.js';

export const READINESS = ['readiness'];
const METRICS = ['metrics'];

/** A 503 has the same body as a 200: which parts fail. */
async function fetchReadiness(client: CausewayClient, signal: AbortSignal) {
  const { data, error, response } = await client.GET('/health/ready', { signal });
  if (data !== undefined) return data;
  if (error !== undefined && 'parts' in error) return error;
  throw toCausewayError(error, response);
}

export type Readiness = Awaited<ReturnType<typeof fetchReadiness>>;

export const useReadiness = () => useRead(READINESS, fetchReadiness, { refetchInterval: 10_000 });

const fetchMetrics = (client: CausewayClient, signal: AbortSignal) =>
  unwrap(client.GET('/metrics/summary', { signal }));

/** Counts are totals since the service started. */
export type Metrics = Awaited<ReturnType<typeof fetchMetrics>>;

/** Ten minutes. */
const MAX_HISTORY = 120;

/** The metrics of the last minutes, oldest first. They are requested only while the page is visible. */
export function useMetrics() {
  const queryClient = useQueryClient();
  return useRead(
    METRICS,
    async (client, signal) => {
      const metrics = await fetchMetrics(client, signal);
      return [...(queryClient.getQueryData<Metrics[]>(METRICS) ?? []), metrics].slice(-MAX_HISTORY);
    },
    { refetchInterval: 5_000 },
  );
}

/** The rate between each two metrics. When the service has restarted, its counts start at 0. */
export function perMinute(history: readonly Metrics[], countOf: (metrics: Metrics) => number): number[] {
  return history.slice(1).map((metrics, index) => {
    const previous = history[index] ?? metrics;
    const [count, before] = [countOf(metrics), countOf(previous)];
    const minutes = (Date.parse(metrics.at) - Date.parse(previous.at)) / 60_000;
    return (count - (count < before ? 0 : before)) / Math.max(1 / 60, minutes);
  });
}
