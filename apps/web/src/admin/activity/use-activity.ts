import { unwrap, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { usePaged } from '../use-paged.js';

export const FILTERS = ['orgId', 'userId', 'connectionId', 'requestId', 'kind', 'status'] as const;

export type ActivityFilter = Partial<Record<(typeof FILTERS)[number], string>>;

const listActivity = (client: CausewayClient, query: Record<string, unknown>, signal: AbortSignal) =>
  unwrap(client.GET('/activity', { params: { query }, signal }));

export type ActivityEntry = Awaited<ReturnType<typeof listActivity>>['entries'][number];

/** Newest first. */
export function useActivity(filter: ActivityFilter, queryKey: readonly string[], pageSize: number) {
  const client = useCauseway();
  return usePaged(
    [...queryKey, 'activity', filter],
    pageSize,
    (page, signal) => listActivity(client, { ...filter, ...page }, signal),
    ({ entries }) => entries,
  );
}
