import { useQuery } from '@tanstack/react-query';
import { unwrap, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';

export const keysKey = ['keys'];

const listKeys = async (client: CausewayClient, signal: AbortSignal) =>
  (await unwrap(client.GET('/keys', { signal }))).keys;

export type ApiKey = Awaited<ReturnType<typeof listKeys>>[number];
export type Scope = ApiKey['scopes'][number];

export function useKeys() {
  const client = useCauseway();
  return useQuery({ queryKey: keysKey, queryFn: ({ signal }) => listKeys(client, signal) });
}
