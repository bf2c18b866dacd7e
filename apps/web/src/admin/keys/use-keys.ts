import { useQuery } from '@tanstack/react-query';
import type { CausewayClient } from '@causeway/client';
import { dataOf } from '../../api/service-problem.js';
import { useService } from '../../api/service.js';

export const keysKey = ['keys'];

const listKeys = async (service: CausewayClient, signal: AbortSignal) =>
  (await dataOf(service.GET('/keys', { signal }))).keys;

export type ApiKey = Awaited<ReturnType<typeof listKeys>>[number];
export type Scope = ApiKey['scopes'][number];

export function useKeys() {
  const service = useService();
  return useQuery({ queryKey: keysKey, queryFn: ({ signal }) => listKeys(service, signal) });
}
