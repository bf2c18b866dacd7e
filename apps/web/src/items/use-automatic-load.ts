import { useEffect } from 'react';
import type { ItemLoad, LoadRequest } from './load/item-load.js';

/** So many items show what is in an account; more would spend its rate limit without being asked for. */
export const PREVIEW = 1_000;

/** Loads what the address selects when that changes, unless it was loaded. @param defaultTypes of a request that names none */
export function useAutomaticLoad(
  load: ItemLoad,
  request: LoadRequest,
  defaultTypes: readonly string[],
  enabled: boolean,
): void {
  useEffect(() => {
    if (enabled && !isLoaded(load, request, defaultTypes)) load.load(request, { pauseAfter: PREVIEW });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- not when the load changes: a cleared one stays so
  }, [load, request.types.join(), enabled]);
}

function isLoaded(
  { request: loaded, state }: ItemLoad,
  { types }: LoadRequest,
  defaultTypes: readonly string[],
): boolean {
  if (loaded === null) return false;
  if (types.join() === loaded.types.join()) return true;
  const isWhole = state.phase === 'complete' || (state.phase === 'loading' && state.refreshing);
  const known = loaded.types.length > 0 ? loaded.types : defaultTypes;
  return isWhole && types.length > 0 && types.every((type) => known.includes(type));
}
