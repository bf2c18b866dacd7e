import { useQuery } from '@tanstack/react-query';
import { toCausewayError, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';

const INTERVAL_MS = 10_000;
export const readinessKey = ['readiness'];

/** A 503 has the same body as a 200: which parts fail. */
async function fetchReadiness(client: CausewayClient, signal: AbortSignal) {
  const { data, error, response } = await client.GET('/health/ready', { signal });
  if (data !== undefined) return data;
  if (error !== undefined && 'parts' in error) return error;
  throw toCausewayError(error, response);
}

export function useReadiness() {
  const client = useCauseway();
  return useQuery({
    queryKey: readinessKey,
    queryFn: ({ signal }) => fetchReadiness(client, signal),
    refetchInterval: INTERVAL_MS,
  });
}
