import { useSyncExternalStore } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { CausewayClient } from '@causeway/client';
import { connectionsKey } from '../../api/queries.js';
import { useService } from '../../api/service.js';
import { ItemLoad } from './item-load.js';

/** A look at another integration and back costs no second load; more than these would cost memory. */
const KEPT = 4;

/** What was loaded goes with the session that loaded it. */
const loads = new WeakMap<CausewayClient, Map<string, ItemLoad>>();

/** The load of a connection, which goes on while nobody looks. Every change of it renders again. */
export function useItemLoad(connectionId: string): ItemLoad {
  const load = loadOf(useService(), useQueryClient(), connectionId);
  useSyncExternalStore(load.subscribe, load.snapshot);
  return load;
}

function loadOf(service: CausewayClient, queries: QueryClient, connectionId: string): ItemLoad {
  const ofSession = loads.get(service) ?? new Map<string, ItemLoad>();
  loads.set(service, ofSession);
  const known = ofSession.get(connectionId);
  if (known !== undefined) return known;
  const fresh = new ItemLoad(service, connectionId, () => void queries.invalidateQueries({ queryKey: connectionsKey }));
  ofSession.set(connectionId, fresh);
  for (const [id, load] of ofSession) {
    if (ofSession.size <= KEPT) break;
    load.stop();
    ofSession.delete(id);
  }
  return fresh;
}
