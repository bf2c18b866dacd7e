import { useState } from 'react';
import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import type { Connection, Item } from '#sdk';
import { connectionsKey } from '../api/queries.js';
import { dataOf } from '../api/service-problem.js';
import { useService } from '../api/service.js';

/** What was asked for when "Load" was pressed. */
export interface ItemsWish {
  /** None: what the integration loads by default. */
  types: string[];
  parent: string;
}

interface Page {
  items: Item[];
  nextCursor: string | null;
}

/** Nothing is loaded before it is wished, and what is loaded stays as it is: a load costs the user's allowance at the provider. */
export function useItems({ id, integration, orgId, userId }: Connection) {
  const service = useService();
  const queries = useQueryClient();
  const [wish, setWish] = useState<(ItemsWish & { turn: number }) | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['items', id, wish],
    enabled: wish !== null,
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam: cursor, signal }): Promise<Page> => {
      const { types = [], parent = '' } = wish ?? {};
      const body = {
        ...{ orgId, userId, connectionId: id, limit: 100 },
        ...(types.length > 0 && { types }),
        ...(parent !== '' && { parent }),
        ...(cursor !== null && { cursor }),
      };
      try {
        return await dataOf(
          service.POST('/integrations/{integration}/load', { params: { path: { integration } }, body, signal }),
        );
      } finally {
        // When it was last used has changed; and a load is where a grant that is gone comes to light.
        void queries.invalidateQueries({ queryKey: connectionsKey });
      }
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: itemsOf,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const load = (next: ItemsWish) => setWish((last) => ({ ...next, turn: (last?.turn ?? 0) + 1 }));
  return { ...query, wish, load };
}

const itemsOf = ({ pages }: InfiniteData<Page>): Item[] => pages.flatMap(({ items }) => items);
