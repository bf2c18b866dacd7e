import { useMutation } from '@tanstack/react-query';
import { unwrap, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { download } from '../../layout/download.js';
import { texts } from '../texts.js';
import { usePaged } from '../use-paged.js';

const PAGE_SIZE = 50;

export const listAudit = (client: CausewayClient, query: Record<string, unknown>, signal: AbortSignal) =>
  unwrap(client.GET('/audit', { params: { query }, signal }));

export type AuditEvent = Awaited<ReturnType<typeof listAudit>>['events'][number];

type AuditFilter = Partial<Record<'type' | 'orgId', string>>;

/** Newest first. */
export function useAudit(filter: AuditFilter) {
  const client = useCauseway();
  return usePaged(
    ['audit', filter],
    PAGE_SIZE,
    (page, signal) => listAudit(client, { ...filter, ...page }, signal),
    ({ events }) => events,
  );
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
