import { useSyncExternalStore } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { connectionsKey } from '../../api/queries.js';
import { ItemLoad } from './item-load.js';

/** Loads that are kept when the user selects another account, so that going back needs no second load; more would cost memory. */
const MAX_LOADS = 4;

/** By the cache of the session, so that nobody else sees what was loaded. */
const loadsBySession = new WeakMap<QueryClient, Map<string, ItemLoad>>();

/** The load of a connection; it continues while another account is shown. */
export function useItemLoad(connectionId: string): ItemLoad {
  const load = loadOf(useCauseway(), useQueryClient(), connectionId);
  useSyncExternalStore(load.subscribe, load.snapshot);
  return load;
}

function loadOf(client: CausewayClient, queryClient: QueryClient, connectionId: string): ItemLoad {
  const loads = loadsBySession.get(queryClient) ?? new Map<string, ItemLoad>();
  loadsBySession.set(queryClient, loads);
  const onUsed = () => void queryClient.invalidateQueries({ queryKey: connectionsKey });
  const load = loads.get(connectionId) ?? new ItemLoad(client, connectionId, onUsed);
  loads.set(connectionId, load);
  for (const [id, oldest] of loads) {
    if (loads.size <= MAX_LOADS) break;
    oldest.stop();
    loads.delete(id);
  }
  return load;
}
