import { useQuery } from '@tanstack/react-query';
import { dataOf } from '../../api/service-problem.js';
import { useService } from '../../api/service.js';

/** What is set for each integration, as far as others need not know it. */
export function useSetups() {
  const service = useService();
  return useQuery({
    queryKey: ['setups'],
    queryFn: async ({ signal }) => (await dataOf(service.GET('/integrations/setup', { signal }))).setups,
  });
}

export type Setup = NonNullable<ReturnType<typeof useSetups>['data']>[number];
