import { unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { listAudit, type AuditEvent } from '../audit/use-audit.js';
import { usePaged } from '../use-paged.js';
import { connectionKey } from './use-connections.js';

const PAGE_SIZE = 20;

export type AuditEntry = Pick<AuditEvent, 'id' | 'at' | 'actor'> & { type: string; detail?: string | null | undefined };

interface AuditPage {
  events: AuditEntry[];
  nextCursor: string | null;
}

/** @param isGone the connection was deleted: what happened to it is in the audit log of the installation only */
export function useAuditLog(id: string, isGone: boolean, isEnabled: boolean) {
  const client = useCauseway();
  return usePaged(
    [...connectionKey(id), 'audit log', isGone],
    PAGE_SIZE,
    async (query, signal): Promise<AuditPage> =>
      isGone
        ? listAudit(client, { connectionId: id, ...query }, signal)
        : unwrap(client.GET('/connections/{id}/events', { params: { path: { id }, query }, signal })),
    ({ events }) => events,
    { enabled: isEnabled },
  );
}
