'use client';

import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { CausewayClient } from '@causeway/client';
import { useCauseway } from '../causeway-provider.js';
import { ItemLoad, type LoadRequest } from './item-load.js';

export interface UseItemsOptions extends Partial<LoadRequest> {
  /** Loads at once, and again when `types` or `parent` are other ones than those that were loaded. Default: `load()` starts it. */
  automatic?: boolean;
  /** An automatic load stops at so many items, and `continue()` gets the rest. */
  pauseAfter?: number;
  /** The types of a load that names none: with them, naming one of these types loads nothing again. */
  defaultTypes?: readonly string[];
  /** Called when a load has ended, in any way: the connection was used, or its grant turned out to be revoked. */
  onSettled?: () => void;
}

/** Loads that are kept when something else is shown, so that going back needs no second load; more would cost memory. */
const MAX_LOADS = 6;

const loadsByClient = new WeakMap<CausewayClient, Map<string, ItemLoad>>();

/**
 * Loads the items of a connection, or of what is in one of them, and renders while they arrive. The load goes on when the component
 * disappears: it is the same for all components with this client, connection and parent.
 */
export function useItems(connectionId: string, options: UseItemsOptions = {}): ItemLoad {
  const { types = [], parent = '', automatic = false, pauseAfter, defaultTypes = [] } = options;
  const load = loadOf(useCauseway(), connectionId, parent);
  useSyncExternalStore(load.subscribe, load.snapshot, load.snapshot);
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => load.onSettled(() => latest.current.onSettled?.()), [load]);
  useEffect(() => {
    if (automatic && !load.has(types, defaultTypes)) load.load({ types, parent }, { pauseAfter });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- not when the load changes: a cleared one stays so
  }, [load, types.join(), automatic]);
  return load;
}

function loadOf(client: CausewayClient, connectionId: string, parent: string): ItemLoad {
  const key = `${connectionId} ${parent}`;
  const loads = loadsByClient.get(client) ?? new Map<string, ItemLoad>();
  loadsByClient.set(client, loads);
  const load = loads.get(key) ?? new ItemLoad(client, connectionId);
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
