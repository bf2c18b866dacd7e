import { QueryClient, type Query } from '@tanstack/react-query';
import { CausewayError, type CausewayClient } from '@causeway/client';

const RETRY_MS = 4_000;

const queryClients = new WeakMap<CausewayClient, QueryClient>();

/** A cache for each caller, who has a client of their own: nobody else sees what was loaded. */
export function queryClientOf(client: CausewayClient): QueryClient {
  const queryClient = queryClients.get(client) ?? createQueryClient();
  queryClients.set(client, queryClient);
  return queryClient;
}

const createQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      // A problem is shown at once instead of after retries. `always`: the service may be on this machine, which needs no network.
      queries: { retry: false, networkMode: 'always', staleTime: 5_000, refetchInterval: retryWhenStale },
      mutations: { retry: false, networkMode: 'always' },
    },
  });

/** Data on the screen that could not be refreshed is refreshed later; where there is no data yet, the user presses "Try again". */
function retryWhenStale({ state }: Query): number | false {
  if (state.status !== 'error' || state.data === undefined) return false;
  const status = state.error instanceof CausewayError ? (state.error.problem.status ?? 0) : 0;
  return status >= 400 && status < 500 ? false : RETRY_MS;
}
