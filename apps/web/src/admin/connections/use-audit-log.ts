import { unwrap, type CausewayClient } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { usePaged } from '../use-paged.js';
import { connectionKey } from './use-connections.js';

const PAGE_SIZE = 20;

const listEntries = (client: CausewayClient, id: string, query: { limit: number }, signal: AbortSignal) =>
  unwrap(client.GET('/connections/{id}/events', { params: { path: { id }, query }, signal }));

export type AuditEntry = Awaited<ReturnType<typeof listEntries>>['events'][number];

export function useAuditLog(id: string, isEnabled: boolean) {
  const client = useCauseway();
  return usePaged(
    [...connectionKey(id), 'audit log'],
    PAGE_SIZE,
    (page, signal) => listEntries(client, id, page, signal),
    ({ events }) => events,
    isEnabled,
  );
}
