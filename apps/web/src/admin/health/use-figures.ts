import { useQuery, useQueryClient } from '@tanstack/react-query';
import { dataOf } from '../../api/service-problem.js';
import { useService } from '../../api/service.js';
import { figuresOf, type Figures } from './figures.js';
import { parsePrometheus } from './prometheus.js';

const EVERY_MS = 5_000;
/** Ten minutes. */
const KEPT = 120;
const KEY = ['figures'];

/** The figures of the last minutes, oldest first. Nothing is asked while nobody looks at the page. */
export function useFigures() {
  const service = useService();
  const queries = useQueryClient();
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const text: unknown = await dataOf(service.GET('/metrics', { parseAs: 'text', signal }));
      const figures = figuresOf(parsePrometheus(String(text)), Date.now());
      return [...(queries.getQueryData<Figures[]>(KEY) ?? []), figures].slice(-KEPT);
    },
    refetchInterval: EVERY_MS,
    staleTime: 0,
  });
}
