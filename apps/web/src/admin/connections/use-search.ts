import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { listsKey } from './use-connections.js';

/** Hits that a search looks for before it asks whether to go on: what a page of the list shows. */
const ENOUGH = 50;

/** How far a search goes through connections that are not loaded yet. Another search begins anew. */
export function useSearch(what: string) {
  const queries = useQueryClient();
  const [search, setSearch] = useState({ what, enough: ENOUGH, stopped: false });
  if (search.what !== what) setSearch({ what, enough: ENOUGH, stopped: false });
  return {
    wants: (hits: number) => !search.stopped && hits < search.enough,
    stop: () => {
      setSearch({ ...search, stopped: true });
      void queries.cancelQueries({ queryKey: listsKey });
    },
    goOn: (hits: number) => setSearch({ what, enough: hits + ENOUGH, stopped: false }),
  };
}
