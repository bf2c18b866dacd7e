import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { listsKey } from './use-connections.js';

/** As many results as a page of the list shows. */
const STEP = 50;

/** How many results a search loads connections for, before the user continues it. Another search starts over. */
export function useSearchLimit(search: string) {
  const queryClient = useQueryClient();
  const [state, setState] = useState({ search, limit: STEP, stopped: false });
  if (state.search !== search) setState({ search, limit: STEP, stopped: false });
  return {
    needsMore: (results: number) => !state.stopped && results < state.limit,
    stop: () => {
      setState({ ...state, stopped: true });
      void queryClient.cancelQueries({ queryKey: listsKey });
    },
    continue: (results: number) => setState({ search, limit: results + STEP, stopped: false }),
  };
}
