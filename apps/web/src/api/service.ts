import { createContext, useContext } from 'react';
import { QueryClient } from '@tanstack/react-query';
import { CausewayError, createCauseway, type CausewayClient } from '@causeway/client';

const AGAIN_MS = 4_000;

const ServiceContext = createContext<CausewayClient | null>(null);

export const ServiceProvider = ServiceContext.Provider;

export function useService(): CausewayClient {
  const service = useContext(ServiceContext);
  if (service === null) throw new Error('There is no ServiceProvider above.');
  return service;
}

/** Who is calling, the browser says by a cookie that this page cannot read. `onRefused` hears of every 401, whatever was asked. */
export function createService(onRefused: () => void): CausewayClient {
  const service = createCauseway();
  service.use({
    onResponse({ response }) {
      if (response.status === 401) onRefused();
    },
  });
  return service;
}

/** What is on the screen and could not be read anew gets up to date by itself; where there is nothing yet, the person is asked. */
const untilItIsBack = ({ state }: { state: { status: string; data: unknown; error: unknown } }): number | false => {
  if (state.status !== 'error' || state.data === undefined) return false;
  const status = state.error instanceof CausewayError ? (state.error.problem.status ?? 0) : 0;
  return status >= 400 && status < 500 ? false : AGAIN_MS;
};

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // A problem says what to do; asking again without a word would only delay that. And `always`: the service may be on this machine.
      queries: { retry: false, networkMode: 'always', staleTime: 5_000, refetchInterval: untilItIsBack },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
