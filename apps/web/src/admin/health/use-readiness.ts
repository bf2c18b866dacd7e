import { useQuery } from '@tanstack/react-query';
import type { CausewayClient } from '@causeway/client';
import { dataOf } from '../../api/service-problem.js';
import { useService } from '../../api/service.js';

const EVERY_MS = 10_000;

/** That a part fails is an answer as well. */
function readiness(service: CausewayClient, signal: AbortSignal) {
  const call = service.GET('/health/ready', { signal }).then(({ data, error, response }) => {
    const ready = data ?? (error !== undefined && 'parts' in error ? error : undefined);
    return ready === undefined ? { error, response } : { data: ready, response: new Response() };
  });
  return dataOf(call);
}

export function useReadiness() {
  const service = useService();
  return useQuery({
    queryKey: ['readiness'],
    queryFn: ({ signal }) => readiness(service, signal),
    refetchInterval: EVERY_MS,
  });
}
