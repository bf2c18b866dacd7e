import { useQuery, useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { metricsOf, type Metrics } from './metrics.js';
import { parsePrometheus } from './prometheus.js';

const INTERVAL_MS = 5_000;
/** Ten minutes. */
const MAX_HISTORY = 120;
const KEY = ['metrics'];

/** The metrics of the last minutes, oldest first. They are requested only while the page is visible. */
export function useMetrics() {
  const client = useCauseway();
  const queryClient = useQueryClient();
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const text: unknown = await unwrap(client.GET('/metrics', { parseAs: 'text', signal }));
      const metrics = metricsOf(parsePrometheus(String(text)), Date.now());
      return [...(queryClient.getQueryData<Metrics[]>(KEY) ?? []), metrics].slice(-MAX_HISTORY);
    },
    refetchInterval: INTERVAL_MS,
    staleTime: 0,
  });
}
