import { refreshBackoffKey } from '@causeway/oauth';
import type { Ref } from '@causeway/store';
import { auditLogName, recentAuditEntriesKey } from './audit-entry.js';
import { digest } from './connection-index.js';
import { connectionKey, type ConnectionRecord } from './connection-record.js';
import { partitionOf } from '../store/partition.js';

/** What identifies a connection beside its id: at most one exists for these four. */
export type Owner = Pick<ConnectionRecord, 'orgId' | 'userId' | 'integration' | 'accountKey'>;

export function connectionRef(partition: string, id: string): Ref {
  return { partition, key: connectionKey(id) };
}

export function usedRef(partition: string, id: string): Ref {
  return { partition, key: `used:${id}` };
}

export function accountRef({ orgId, userId, integration, accountKey }: Owner): Ref {
  return { partition: partitionOf(orgId), key: `account:${digest([orgId, userId, integration, accountKey])}` };
}

/** What is stored of one connection only, and goes with it. */
export function ownRecords(id: string, ...others: string[]): { remove: string[]; removeLogs: string[] } {
  const remove = [connectionKey(id), usedRef('', id).key, recentAuditEntriesKey(id), refreshBackoffKey(id), ...others];
  return { remove, removeLogs: [auditLogName(id)] };
}
