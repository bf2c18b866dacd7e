import { useSearch } from 'wouter';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { unwrap, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { download } from '../../layout/download.js';
import { paging, useFetchWhile } from '../connections/use-connections.js';
import { texts } from '../texts.js';

const PAGE_SIZE = 50;

const listEvents = (client: CausewayClient, query: Record<string, unknown>, signal: AbortSignal) =>
  unwrap(client.GET('/audit', { params: { query }, signal }));

export type AuditEvent = Awaited<ReturnType<typeof listEvents>>['events'][number];

export interface AuditFilter {
  type?: string;
  orgId?: string;
}

/** In the address. */
export function useAuditFilter(): AuditFilter {
  const params = new URLSearchParams(useSearch());
  const [type, orgId] = [params.get('type'), params.get('org')];
  return { ...(type && { type }), ...(orgId && { orgId }) };
}

/** Newest first. Pages of a rare filter may have few entries or none: the first ones are loaded together. */
export function useAudit(filter: AuditFilter) {
  const client = useCauseway();
  const query = useInfiniteQuery({
    ...paging,
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      listEvents(client, { ...filter, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) }, signal),
    refetchOnWindowFocus: false,
  });
  const events = query.data?.pages.flatMap((page) => page.events);
  useFetchWhile(query, (events?.length ?? 0) < PAGE_SIZE);
  return { ...query, events };
}

/** All entries, as lines of JSON in the order of the chain. */
export function useAuditExport(filter: AuditFilter) {
  const client = useCauseway();
  return useMutation({
    mutationFn: async () => {
      const query: Record<string, unknown> = { ...filter };
      const headers = { accept: 'application/x-ndjson' };
      const blob = await unwrap(client.GET('/audit', { params: { query }, headers, parseAs: 'blob' }));
      download(blob, texts.audit.exportFile(new Date().toISOString().slice(0, 10)));
    },
  });
}
