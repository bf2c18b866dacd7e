import { QueryClient, type Query } from '@tanstack/react-query';
import { CausewayError, createCauseway, type CausewayClient, type ProblemDetails } from '@causeway/client';
import { texts } from '../texts.js';

const RETRY_MS = 4_000;

/** The browser authenticates with a cookie that this page cannot read. `onUnauthorized` is called when it is refused. */
export function createClient(onUnauthorized: () => void): CausewayClient {
  const client = createCauseway();
  client.use({
    onResponse({ request, response }) {
      // A request with a key of its own says nothing of the cookie.
      if (response.status === 401 && !request.headers.has('authorization')) onUnauthorized();
    },
  });
  return client;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // A problem is shown at once instead of after retries. `always`: the service may be on this machine, which needs no network.
      queries: { retry: false, networkMode: 'always', staleTime: 5_000, refetchInterval: retryWhenStale },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

/** Data on the screen that could not be refreshed is refreshed later; where there is no data yet, the user presses "Try again". */
function retryWhenStale({ state }: Query): number | false {
  if (state.status !== 'error' || state.data === undefined) return false;
  const status = state.error instanceof CausewayError ? (state.error.problem.status ?? 0) : 0;
  return status >= 400 && status < 500 ? false : RETRY_MS;
}

export function problemOf(error: unknown): ProblemDetails {
  return error instanceof CausewayError ? forUsers(error.problem) : texts.problem.unexpected;
}

/** The service describes a 401 for developers. */
export const forUsers = (problem: ProblemDetails): ProblemDetails =>
  problem.status === 401 ? { ...problem, title: texts.session.expired, detail: texts.session.expiredDetail } : problem;
