import { useSyncExternalStore } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { connectionsKey } from '../../api/queries.js';
import { ItemLoad } from './item-load.js';

/** Loads that are kept when the user goes elsewhere, so that going back needs no second load; more would cost memory. */
const MAX_LOADS = 6;

/** By the cache of the session, so that nobody else sees what was loaded. */
const loadsBySession = new WeakMap<QueryClient, Map<string, ItemLoad>>();

/** The load of what is in an item of a connection, or in the account; it continues while something else is shown. */
export function useItemLoad(connectionId: string, parent: string): ItemLoad {
  const load = loadOf(useCauseway(), useQueryClient(), connectionId, parent);
  useSyncExternalStore(load.subscribe, load.snapshot);
  return load;
}

function loadOf(client: CausewayClient, queryClient: QueryClient, connectionId: string, parent: string): ItemLoad {
  const key = `${connectionId} ${parent}`;
  const loads = loadsBySession.get(queryClient) ?? new Map<string, ItemLoad>();
  loadsBySession.set(queryClient, loads);
  const onUsed = () => void queryClient.invalidateQueries({ queryKey: connectionsKey });
  const load = loads.get(key) ?? new ItemLoad(client, connectionId, onUsed);
  // The one that was used last is the last to be removed.
  loads.delete(key);
  loads.set(key, load);
  for (const [oldestKey, oldest] of loads) {
    if (loads.size <= MAX_LOADS) break;
    oldest.stop();
    loads.delete(oldestKey);
  }
  return load;
}
