import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';

export function useSetups() {
  const client = useCauseway();
  return useQuery({
    queryKey: ['setups'],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/integrations/setup', { signal }))).setups,
  });
}

export type Setup = NonNullable<ReturnType<typeof useSetups>['data']>[number];
